/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_SELFTEST_H
#define CF_SELFTEST_H

#ifdef CF_SELFTEST
int cf_selftest(void);
#else
static inline int cf_selftest(void)
{
	return 0;
}
#endif

#endif /* CF_SELFTEST_H */
