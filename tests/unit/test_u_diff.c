// SPDX-License-Identifier: GPL-2.0
/*
 * Differences of rulesets. Objects are made from numbers, each bit of which is
 * one thing that an object holds; the twin compares the numbers. Lists are
 * shuffled each time, and so are objects.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "diff.h"
#include "mem.h"
#include "times.h"

#define NAMES 5
#define BITS 6
#define PAIRS 3000

static u32 seed;

static u32 random_below(u32 n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

/*
 * struct numbers - a ruleset as numbers
 * @v: of each object, -1 where it is not there
 */
struct numbers {
	int v[KINDS][NAMES];
	int settings;
};

static void random_numbers(struct numbers *n)
{
	size_t i, kind;

	for (kind = 0; kind < KINDS; kind++)
		for (i = 0; i < NAMES; i++)
			n->v[kind][i] = random_below(3) ?
					(int)random_below(1 << BITS) : -1;
	n->settings = random_below(4);
}

/* Mostly the same as another. */
static void vary_numbers(struct numbers *n, const struct numbers *like)
{
	size_t i, kind;

	random_numbers(n);
	for (kind = 0; kind < KINDS; kind++)
		for (i = 0; i < NAMES; i++)
			if (random_below(3))
				n->v[kind][i] = like->v[kind][i];
}

static char *name_of(size_t kind, size_t i)
{
	static const char *const names[NAMES] = {
		"a", "a b", "\"", "\xe2\x82\xac", "z,a"
	};

	return mem_printf("%s%zu", names[i], kind);
}

static void shuffle(void *array, size_t n, size_t size)
{
	char *v = array, buf[512];
	size_t i;

	assert_true(size <= sizeof(buf));
	for (i = n; i > 1; i--) {
		size_t k = random_below(i);

		memcpy(buf, v + k * size, size);
		memmove(v + k * size, v + (i - 1) * size, size);
		memcpy(v + (i - 1) * size, buf, size);
	}
}

/* The bits of a number as a list of names. */
static void bits_of(struct names *names, int v, int from, int bits)
{
	char name[] = "s0";
	int i;

	for (i = 0; i < bits; i++) {
		name[1] = '0' + i;
		if (v >> (from + i) & 1)
			names_add(names, name, 2);
	}
	if (names->n)
		shuffle(names->v, names->n, sizeof(*names->v));
}

static char *text_of(int v, int bit)
{
	return v >> bit & 1 ? mem_strdup("text") : NULL;
}

/* Each bit a range of its own, with a gap behind it. */
static void set_of(struct set *s, struct ranges *r, int v)
{
	u32 i;

	for (i = 0; i < 5; i++) {
		struct range6 six = { { 0x20010db8, i * 8 },
				      { 0x20010db8, i * 8 + 4 } };

		if (!(v >> i & 1))
			continue;
		if (i % 2)
			ranges_push6(r, six);
		else
			ranges_push4(r, (struct range4){ i * 8, i * 8 + 4 });
	}
	ranges_merge(r);
	s->n4 = r->n4;
	s->n6 = r->n6;
	s->date = v >> 5 & 1 ? 1000 : 0;
}

static void policy_of(struct policy *p, int v)
{
	p->default_ = v & 1;
	p->comment = text_of(v, 1);
	bits_of(&p->allow, v, 2, 2);
	bits_of(&p->block, v, 4, 1);
	bits_of(&p->services, v, 5, 1);
}

static void camera_of(struct camera *c, int v)
{
	u8 i;

	c->policy = mem_strdup(v & 1 ? "p" : "q");
	c->shared = v >> 1 & 1;
	c->key = text_of(v, 2);
	for (i = 0; i < 3; i++) {
		struct selector *s;

		if (!(v >> (3 + i) & 1))
			continue;
		s = camera_add_selector(c);
		s->type = i ? SELECT_MAC : SELECT_IIF;
		s->mac[5] = i;
		strcpy(s->iif, "lan0");
	}
	if (c->n_selectors)
		shuffle(c->selector, c->n_selectors, sizeof(*c->selector));
}

static void exemption_of(struct exemption *e, int v)
{
	u32 i;

	e->policy = mem_strdup("p");
	e->router = v & 1;
	e->until = v >> 1 & 1 ? 100000 : TIME_FOREVER;
	e->reason = text_of(v, 2);
	bits_of(&e->sets, v, 3, 1);
	for (i = 0; i < 2; i++) {
		struct range *r;

		if (!(v >> (4 + i) & 1))
			continue;
		r = exemption_add_remote(e);
		r->family = 4;
		r->v4 = (struct range4){ i, i };
	}
	if (e->n_remotes)
		shuffle(e->remote, e->n_remotes, sizeof(*e->remote));
}

struct made {
	struct ruleset rs;
	struct ranges ranges[NAMES];
};

static void make(struct made *m, const struct numbers *n)
{
	size_t order[NAMES] = { 0, 1, 2, 3, 4 }, kind, i;

	*m = (struct made){};
	for (kind = 0; kind < KINDS; kind++) {
		shuffle(order, NAMES, sizeof(*order));
		for (i = 0; i < NAMES; i++) {
			int v = n->v[kind][order[i]];
			char *name;

			if (v < 0)
				continue;
			name = name_of(kind, order[i]);
			if (kind == KIND_SET) {
				struct set *s = ruleset_add_set(&m->rs);

				s->name = name;
				set_of(s, &m->ranges[m->rs.n[kind] - 1], v);
			} else if (kind == KIND_POLICY) {
				struct policy *p = ruleset_add_policy(&m->rs);

				p->name = name;
				policy_of(p, v);
			} else if (kind == KIND_EXEMPTION) {
				struct exemption *e;

				e = ruleset_add_exemption(&m->rs);
				e->name = name;
				exemption_of(e, v);
			} else {
				struct camera *c;

				c = ruleset_add_camera(&m->rs, kind);
				c->name = name;
				camera_of(c, v);
			}
		}
	}
	m->rs.settings.site = n->settings & 1 ? mem_strdup("p") : NULL;
	m->rs.settings.n_nat64 = n->settings >> 1;
	m->rs.settings.nat64[0].family = 6;
}

static void unmake(struct made *m)
{
	size_t i;

	ruleset_free(&m->rs);
	for (i = 0; i < NAMES; i++)
		ranges_free(&m->ranges[i]);
}

static int number_of(const struct numbers *n, size_t kind, const char *name)
{
	size_t i;

	for (i = 0; i < NAMES; i++) {
		char *known = name_of(kind, i);
		bool is = !strcmp(known, name);

		free(known);
		if (is)
			return n->v[kind][i];
	}
	fail_msg("nobody made %s", name);
	return -1;
}

/* The changes that numbers lead to, found one by one. */
static size_t count_changes(const struct numbers *a, const struct numbers *b)
{
	size_t n = 0, kind, i;

	for (kind = 0; kind < KINDS; kind++)
		for (i = 0; i < NAMES; i++)
			n += a->v[kind][i] != b->v[kind][i];
	return n;
}

static void check_change(const struct difference *c, const struct numbers *a,
			 const struct numbers *b)
{
	const char *name = *(char *const *)(c->new ? c->new : c->old);
	int old = number_of(a, c->kind, name);
	int new = number_of(b, c->kind, name);

	assert_int_equal(!c->old, old < 0);
	assert_int_equal(!c->new, new < 0);
	assert_int_not_equal(old, new);
	if (c->kind != KIND_SET || old < 0 || new < 0)
		return;
	assert_int_equal(c->more, __builtin_popcount(new & ~old & 31));
	assert_int_equal(c->fewer, __builtin_popcount(old & ~new & 31));
}

static const struct plan_step *find_step(const struct plan *p, size_t kind,
					 const char *name)
{
	const struct plan_step *found = NULL;
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (p->step[i].kind != kind || strcmp(p->step[i].name, name))
			continue;
		assert_null(found);
		found = &p->step[i];
	}
	return found;
}

static const struct ranges *ranges_of(const struct made *m,
				      const struct set *s)
{
	return &m->ranges[s - m->rs.set];
}

/* A step for every name whose object is to become another, and for no other. */
static void check_plan(const struct plan *p, const struct made *b,
		       const struct numbers *na, const struct numbers *nb)
{
	size_t kind, i;

	for (kind = 0; kind < KINDS; kind++) {
		for (i = 0; i < NAMES; i++) {
			char *name = name_of(kind, i);
			const void *want = ruleset_find(&b->rs, kind, name);
			const struct plan_step *s = find_step(p, kind, name);

			if (na->v[kind][i] == nb->v[kind][i]) {
				assert_null(s);
			} else {
				assert_non_null(s);
				if (want && kind == KIND_SET)
					assert_ptr_equal(s->ranges,
							 ranges_of(b, want));
			}
			free(name);
		}
	}
	assert_int_equal(p->settings, na->settings != nb->settings);
}

static void check_pair(const struct numbers *na, const struct numbers *nb)
{
	struct plan p = {};
	struct diff d = {};
	struct made a, b;
	size_t i;

	make(&a, na);
	make(&b, nb);
	diff_make(&d, &a.rs, a.ranges, &b.rs, b.ranges);
	assert_int_equal(d.n, count_changes(na, nb));
	for (i = 0; i < d.n; i++)
		check_change(&d.change[i], na, nb);
	diff_plan(&d, &p);
	check_plan(&p, &b, na, nb);
	assert_int_equal(diff_is_empty(&d), !p.n && !p.settings);
	diff_free(&d);
	plan_free(&p);
	unmake(&a);
	unmake(&b);
}

static void random_pairs(void **unused)
{
	struct numbers a, b;
	size_t i;

	(void)unused;
	for (i = 0; i < PAIRS; i++) {
		random_numbers(&a);
		vary_numbers(&b, &a);
		check_pair(&a, &b);
		check_pair(&a, &a);
	}
}

static char *printed(const struct diff *d)
{
	FILE *before = stdout;
	char *text = NULL;
	size_t len;

	stdout = open_memstream(&text, &len);
	diff_print(d);
	fclose(stdout);
	stdout = before;
	return text;
}

/* Between two rulesets, as text, in short, and as JSON. */
static void check_told(const struct made *a, const struct made *b,
		       const char *text, const char *summary)
{
	struct diff d = {};
	char *s;

	diff_make(&d, &a->rs, a->ranges, &b->rs, b->ranges);
	s = printed(&d);
	assert_string_equal(s, text);
	free(s);
	s = diff_summary(&d);
	assert_string_equal(s, summary);
	free(s);
	diff_free(&d);
}

/* As JSON, a change a string. */
static void check_json(const struct made *a, const struct made *b,
		       const char *const *json, size_t n)
{
	struct diff d = {};
	json_t *list;
	size_t i;

	diff_make(&d, &a->rs, a->ranges, &b->rs, b->ranges);
	list = diff_json(&d);
	assert_int_equal(json_array_size(list), n);
	for (i = 0; i < n; i++) {
		char *s = json_dumps(json_array_get(list, i), JSON_COMPACT);

		assert_string_equal(s, json[i]);
		free(s);
	}
	json_decref(list);
	diff_free(&d);
}

static void add_part(struct ruleset *rs, const char *name, bool is_service)
{
	struct exemption *e = ruleset_add_exemption(rs);

	e->name = mem_strdup(name);
	e->policy = mem_strdup("p");
	e->router = true;
	e->is_service = is_service;
}

static struct policy *add_policy(struct made *m, const char *name)
{
	struct policy *p = ruleset_add_policy(&m->rs);

	p->name = mem_strdup(name);
	return p;
}

static void add_set(struct made *m, const char *name, u32 n, u32 from)
{
	struct set *s = ruleset_add_set(&m->rs);
	struct ranges *r = &m->ranges[m->rs.n[KIND_SET] - 1];
	u32 i;

	for (i = from; i < from + n; i++)
		ranges_push4(r, (struct range4){ i * 2, i * 2 });
	s->name = mem_strdup(name);
	s->n4 = n;
}

static void words_of_people(void **unused)
{
	static const char *const json[] = {
		"{\"change\":\"changed\",\"kind\":\"set\",\"name\":\"cn\",\"ranges\":{\"from\":8900,\"to\":8909,\"more\":12,\"fewer\":3},\"fields\":{}}",
		"{\"change\":\"added\",\"kind\":\"set\",\"name\":\"new\",\"ranges\":{\"to\":1},\"fields\":{}}",
		"{\"change\":\"changed\",\"kind\":\"policy\",\"name\":\"isolate\",\"fields\":{\"default\":{\"from\":[\"pass\"],\"to\":[\"drop\"]},\"allow\":{\"from\":[\"nvr\"],\"to\":[\"nvr\",\"nvr-north\"]}}}",
		"{\"change\":\"added\",\"kind\":\"camera\",\"name\":\"hall 2\",\"fields\":{\"mac\":{\"to\":[\"00:00:00:00:00:00\"]},\"policy\":{\"to\":[\"isolate\"]}}}",
		"{\"change\":\"removed\",\"kind\":\"exemption\",\"name\":\"hall-1-fw\",\"fields\":{\"policy\":{\"from\":[\"p\"]},\"remote\":{\"from\":[\"router\"]},\"dir\":{\"from\":[\"out\"]},\"until\":{\"from\":[\"permanent\"]}}}",
		"{\"change\":\"changed\",\"kind\":\"option\",\"fields\":{\"site\":{\"from\":[],\"to\":[\"geoblock\"]}}}",
	};
	struct made a = {}, b = {};
	struct policy *p;
	struct camera *c;

	(void)unused;
	add_set(&a, "cn", 8900, 3);
	add_set(&b, "cn", 8909, 6);
	add_set(&b, "new", 1, 0);
	p = add_policy(&a, "isolate");
	names_add(&p->allow, "nvr", 3);
	p = add_policy(&b, "isolate");
	names_add(&p->allow, "nvr-north", 9);
	names_add(&p->allow, "nvr", 3);
	p->default_ = CAMFENCE_DEFAULT_DROP;
	c = ruleset_add_camera(&b.rs, KIND_CAMERA);
	c->name = mem_strdup("hall 2");
	c->policy = mem_strdup("isolate");
	camera_add_selector(c)->type = SELECT_MAC;
	add_part(&a.rs, "hall-1-fw", false);
	b.rs.settings.site = mem_strdup("geoblock");
	check_told(&a, &b,
		   "~ set cn: 12 ranges more, 3 fewer (8,900 → 8,909)\n"
		   "+ set new: 1 range\n"
		   "~ policy isolate: default pass → drop; allow nvr → nvr,nvr-north\n"
		   "+ camera \"hall 2\": mac 00:00:00:00:00:00, policy isolate\n"
		   "- exemption hall-1-fw\n"
		   "~ option: site none → geoblock\n",
		   "1 set added, 1 set changed, 1 policy changed, 1 camera added, 1 exemption removed, options changed");
	check_json(&a, &b, json, ARRAY_SIZE(json));
	check_told(&a, &a, "", "");
	check_json(&a, &a, NULL, 0);
	unmake(&a);
	unmake(&b);
}

/* What a service stands for is sent, and told as its policy's service. */
static void service_parts(void **unused)
{
	struct made a = {}, b = {};
	struct plan p = {};
	struct diff d = {};

	(void)unused;
	add_policy(&a, "p");
	names_add(&add_policy(&b, "p")->services, "ntp", 3);
	add_part(&b.rs, "service:ntp:0.0", true);
	check_told(&a, &b, "~ policy p: services none → ntp\n",
		   "1 policy changed");
	diff_make(&d, &a.rs, a.ranges, &b.rs, b.ranges);
	diff_plan(&d, &p);
	assert_non_null(find_step(&p, KIND_EXEMPTION, "service:ntp:0.0"));
	diff_free(&d);
	plan_free(&p);

	/* One that only looks so is shown. */
	b.rs.exemption->is_service = false;
	check_told(&b, &a,
		   "~ policy p: services ntp → none\n"
		   "- exemption service:ntp:0.0\n",
		   "1 policy changed, 1 exemption removed");
	unmake(&a);
	unmake(&b);
}

static void long_lists(void **unused)
{
	struct made a = {}, b = {};
	struct exemption *e;
	u32 i;

	(void)unused;
	add_part(&a.rs, "x", false);
	add_part(&b.rs, "x", false);
	for (i = 0; i < 20; i++) {
		e = i < 10 ? a.rs.exemption : b.rs.exemption;
		*exemption_add_remote(e) = (struct range){
			.family = 4, .v4 = { i % 19, i % 19 }
		};
	}
	check_told(&a, &b,
		   "~ exemption x: remote 9 more: 0.0.0.10,0.0.0.11,0.0.0.12,0.0.0.13,0.0.0.14 and 4 more, 9 fewer: 0.0.0.1,0.0.0.2,0.0.0.3,0.0.0.4,0.0.0.5 and 4 more\n",
		   "1 exemption changed");
	unmake(&a);
	unmake(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_pairs),
		cmocka_unit_test(words_of_people),
		cmocka_unit_test(service_parts),
		cmocka_unit_test(long_lists),
	};
	const char *wish = getenv("SEED");

	seed = wish ? strtoul(wish, NULL, 0) : (u32)time_now();
	print_message("# seed %u\n", seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
