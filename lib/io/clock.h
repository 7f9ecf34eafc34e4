/* SPDX-License-Identifier: MIT */
/* The two clocks: one that only goes forward, for deadlines, and the calendar's. */
#ifndef DCMSEC_IO_CLOCK_H
#define DCMSEC_IO_CLOCK_H

#include <stdint.h>

#define CLOCK_NEVER UINT64_MAX /* a deadline that does not come */

uint64_t clock_ms(void);      /* milliseconds since some point in the past */
int64_t clock_seconds(void);  /* since 1970-01-01T00:00:00Z */
uint64_t clock_date_ms(void); /* the same in milliseconds; 0 before 1970 */

/* Milliseconds for poll() until a deadline on clock_ms's scale: -1 for never, 0 for passed. */
int clock_wait(uint64_t deadline, uint64_t now);

/* now + ms, where ms 0 means no limit. */
uint64_t clock_after(uint64_t now, uint64_t ms);

#endif
