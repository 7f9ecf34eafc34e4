/* SPDX-License-Identifier: MIT */
/* The processor's random instruction, found at run time. Nobody can look inside it, so it is mixed in
 * wherever randomness is collected but counts only where the user says so. */
#include "io/entropy_os.h"

#include "base/buf.h"
#include "base/wipe.h"
#include "rand/health.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

__attribute__((target("rdseed"))) static bool one_seed(uint64_t *v)
{
	unsigned long long x;
	for (int i = 0; i < 1000; i++) { /* it runs dry when asked too fast */
		if (_rdseed64_step(&x)) {
			*v = x;
			return true;
		}
		_mm_pause();
	}
	return false;
}

__attribute__((target("rdrnd"))) static bool one_rand(uint64_t *v)
{
	unsigned long long x;
	for (int i = 0; i < 10; i++) /* Intel's advice: after ten failures it is broken */
		if (_rdrand64_step(&x)) {
			*v = x;
			return true;
		}
	return false;
}

static bool (*instruction(const char **name))(uint64_t *)
{
	unsigned a, b, c, d;
	if (__get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_RDSEED)) {
		*name = "RDSEED";
		return one_seed;
	}
	if (__get_cpuid(1, &a, &b, &c, &d) && (c & bit_RDRND)) {
		*name = "RDRAND";
		return one_rand;
	}
	return NULL;
}

#elif defined(__aarch64__)
#include <sys/auxv.h>

enum { HWCAP2_RANDOM = 1 << 16 }; /* the kernel's HWCAP2_RNG */

static bool one_seed(uint64_t *v)
{
	unsigned long failed;
	for (int i = 0; i < 1000; i++) {
		/* RNDRRS, by its number: older assemblers do not know the name */
		__asm__ volatile("mrs %0, s3_3_c2_c4_1\n\tcset %1, eq"
				 : "=r"(*v), "=r"(failed)
				 :
				 : "cc");
		if (!failed)
			return true;
	}
	return false;
}

static bool (*instruction(const char **name))(uint64_t *)
{
	*name = "RNDRRS";
	return getauxval(AT_HWCAP2) & HWCAP2_RANDOM ? one_seed : NULL;
}

#else

static bool (*instruction(const char **name))(uint64_t *)
{
	(void)name;
	return NULL;
}
#endif

bool entropy_cpu_read(struct mspan out, const char **from)
{
	bool (*const one)(uint64_t *) = instruction(from);
	struct buf b = buf_on(out.p, out.n);
	struct health h = HEALTH_OF_8;
	while (one && b.n < out.n) {
		uint64_t v = 0;
		if (!one(&v))
			break;
		const struct span all = span_of((const uint8_t *)&v, sizeof v);
		buf_bytes(&b, span_at(all, 0, out.n - b.n));
	}
	/* AMD processors have been seen that give all ones for ever after waking up */
	if (one && b.n == out.n && health_bytes(&h, buf_span(&b)))
		return true;
	wipe(out.p, out.n);
	return false;
}
