// SPDX-License-Identifier: GPL-2.0
/* The whole decision on a packet: one camera, one policy, one list. */
#include "core/decide.h"

#include "bench.h"

#define CAMERA 0x0a14000c	/* 10.20.0.12 */

/**
 * bench_rules() - a ruleset that keeps one camera from a list of one set
 * @l: the list; it has to outlive the ruleset
 *
 * Return: the ruleset, or NULL.
 */
struct cf_rules *bench_rules(const struct list *l)
{
	static char sets[1][CAMFENCE_NAME_LEN] = { "list" };
	static const struct cf_policy policy = {
		.name = "geoblock", .n_block = 1, .sets = sets,
	};
	static struct cf_selector selector = {
		.type = CF_SEL_ADDR,
		.addr = { .family = CF_IPV4, .v4 = CAMERA },
	};
	static const struct cf_camera camera = {
		.name = "gate", .policy = "geoblock",
		.n_selectors = 1, .selectors = &selector,
	};
	static const struct cf_policy *const policies[] = { &policy };
	static const struct cf_camera *const cameras[] = { &camera };
	struct cf_set set = *l->sets[0];
	const struct cf_set *const all[] = { &set };
	struct cf_objects in = {
		.sets = all, .policies = policies, .cameras = cameras,
		.n_sets = 1, .n_policies = 1, .n_cameras = 1,
	};
	char message[CF_MESSAGE_LEN];
	struct cf_rules *r;

	snprintf(set.name, sizeof(set.name), "list");
	return cf_rules_build(&r, &in, NULL, message) ? NULL : r;
}

/**
 * bench_decide() - decide on UDP packets from the camera
 * @r: of bench_rules()
 * @addrs: where they go
 * @n: how many
 *
 * Return: how many are to be dropped.
 */
u64 bench_decide(const struct cf_rules *r, const u32 *addrs, size_t n)
{
	struct cf_flow f = {
		.hook = CF_HOOK_FORWARD,
		.src = { .family = CF_IPV4, .v4 = CAMERA },
		.dst = { .family = CF_IPV4 },
		.in = "lan0", .out = "wan0",
		.flags = CF_FLOW_PORTS, .proto = 17,
		.sport = 40000, .dport = 443,
	};
	u64 dropped = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		struct cf_verdict v;

		f.dst.v4 = addrs[i];
		cf_decide(r, &f, 0, &v);
		dropped += cf_reason_is_drop(v.reason);
	}
	return dropped;
}

/**
 * bench_rules_free() - free a ruleset
 * @r: of bench_rules()
 */
void bench_rules_free(struct cf_rules *r)
{
	cf_rules_free(r);
}
