/* SPDX-License-Identifier: MIT */
/* Parts that make leaves out of a selection of applets that does not name them. Each is a constant, so all
 * goes that only this part wants. In a whole program both are 1. */
#ifndef DCMSEC_BASE_PARTS_H
#define DCMSEC_BASE_PARTS_H

/* Whether what is being compiled can be called by the name of a tool of DCMTK's. */
#ifndef FACE
#define FACE 1
#endif

/* Whether BearSSL's own TLS engine is there, which only retired profiles and suites need. */
#ifndef RETIRED
#define RETIRED 1
#endif

#endif
