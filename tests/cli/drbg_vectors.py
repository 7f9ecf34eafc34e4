# SPDX-License-Identifier: MIT
"""The vectors that the unit test of the generators uses are what they say they are."""
import contextlib
import io

import hmac_drbg

published, _ = hmac_drbg.rows()
bad = [v.name for v in published if v.answer(len(v.out) // 2) != v.out]
print("%s - the independent HMAC_DRBG gives CAVP's published answers %s" % (
    "not ok" if bad else "ok", bad or ""))
text = io.StringIO()
with contextlib.redirect_stdout(text):
    hmac_drbg.main()
same = text.getvalue() == open("tests/unit/drbg_vectors.h").read()
print("%s - tests/unit/drbg_vectors.h is what the independent HMAC_DRBG prints" % (
    "ok" if same else "not ok"))
