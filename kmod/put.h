/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_PUT_H
#define CF_PUT_H

#include "netlink.h"
#include "wire.h"

/* One message: its nest taken apart, and where its errors go. */
struct put {
	struct genl_info *info;
	struct cf_txn *txn;
	enum cf_kind kind;
	struct nlattr **tb;
	const char *name;
	char who[CAMFENCE_NAME_LEN + 16];	/* kind and name, for sentences */
};

__printf(4, 5)
int cf_put_fail(struct put *p, const struct nlattr *attr, int err,
		const char *format, ...);
u64 cf_put_u64(const struct put *p, int attr, u64 otherwise);
int cf_put_reference(struct put *p, char *to, const struct nlattr *a,
		     enum cf_kind kind);
int cf_put_set_names(struct put *p, char sets[][CAMFENCE_NAME_LEN], u8 *n,
		     const struct nlattr *list, int type);
int cf_put_count(const struct nlattr *list);
bool cf_put_is_service(const char *name);

int cf_put_prefix(struct put *p, struct cf_prefix *to, const struct nlattr *a);
int cf_put_prefix_fail(struct put *p, const struct nlattr *a,
		       const char *sentence);
int cf_put_plain_prefix(struct put *p, struct cf_prefix *to,
			const struct nlattr *a);

int cf_set_fill(struct put *p, struct cf_object *o);
int cf_set_go_on(struct put *p, struct cf_object *o);
int cf_policy_fill(struct put *p, struct cf_object *o);
int cf_camera_fill(struct put *p, struct cf_object *o);
int cf_exemption_fill(struct put *p, struct cf_object *o);
int cf_exemption_go_on(struct put *p, struct cf_object *o);
int cf_options_fill(struct put *p, struct cf_object *o);

#endif /* CF_PUT_H */
