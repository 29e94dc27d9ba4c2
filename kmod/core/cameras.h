/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_CORE_CAMERAS_H
#define CF_CORE_CAMERAS_H

#include "objects.h"

struct cf_cameras;

/* A camera that a selector names; where it is shared, more follow by name. */
struct cf_owner {
	u32 camera;
	u32 more;
};

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
bool cf_cameras_want_mac(const struct cf_cameras *c);
bool cf_cameras_are_exact(const struct cf_cameras *c);

const struct cf_owner *cf_cameras_by_mac(const struct cf_cameras *c, u64 mac);
const struct cf_owner *cf_cameras_by_addr(const struct cf_cameras *c,
					  const struct cf_addr *addr);
const struct cf_owner *cf_cameras_by_subnet(const struct cf_cameras *c,
					    const struct cf_addr *addr);
const struct cf_owner *cf_cameras_by_kind(const struct cf_cameras *c, u64 mac,
					  const char *iface, bool catch);
const struct cf_owner *cf_cameras_next(const struct cf_cameras *c,
				       const struct cf_owner *owner);

#endif /* CF_CORE_CAMERAS_H */
