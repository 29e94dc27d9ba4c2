/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_CORE_CAMERAS_H
#define CF_CORE_CAMERAS_H

#include "objects.h"

#define CF_NO_CAMERA U32_MAX

struct cf_cameras;

/* Two cameras, and the selector of the second that the first has too. */
struct cf_conflict {
	u32 first;
	u32 second;
	const struct cf_selector *selector;
};

int cf_cameras_build(struct cf_cameras **out,
		     const struct cf_camera *const *cameras, u32 n,
		     struct cf_conflict *conflict);
void cf_cameras_free(struct cf_cameras *c);
size_t cf_cameras_bytes(const struct cf_cameras *c);

u32 cf_cameras_by_mac(const struct cf_cameras *c, u64 mac);
u32 cf_cameras_by_addr(const struct cf_cameras *c, const struct cf_addr *addr);

#endif /* CF_CORE_CAMERAS_H */
