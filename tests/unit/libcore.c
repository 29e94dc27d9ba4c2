// SPDX-License-Identifier: GPL-2.0
/* What the tests of kmod/core share; libcore.h tells the texts' form. */
#include <arpa/inet.h>
#include "libcore.h"

/* ---- random numbers: splitmix64, Steele et al. 2014 ---- */

static u64 random_state;

/* The same every time, unless SEED in the environment says otherwise. */
void core_seed(const char *test)
{
	const char *seed = getenv("SEED");

	random_state = seed ? strtoull(seed, NULL, 0) : 20240229;
	printf("# %s: SEED=%llu\n", test, (unsigned long long)random_state);
}

u64 core_random(void)
{
	u64 z = random_state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

u32 core_below(u32 n)
{
	return core_random() % n;
}

bool core_one_in(u32 n)
{
	return !core_below(n);
}

/* Not the core's own, so that a test can count and fail those alone. */
void *core_alloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		abort();
	return p;
}

/* ---- words ---- */

void core_cannot_read(const char *what, const char *text)
{
	fprintf(stderr, "%s: cannot read \"%s\"\n", what, text);
	abort();
}

bool core_value_of(const char *word, const char *key, const char **value)
{
	size_t len = strlen(key);

	if (strncmp(word, key, len) || word[len] != '=')
		return false;
	*value = word + len + 1;
	return true;
}

char *core_next_word(char **rest)
{
	return strtok_r(NULL, " \t", rest);
}

/* ---- addresses ---- */

static u64 big_endian(const u8 *b, unsigned int n)
{
	u64 v = 0;

	while (n--)
		v = v << 8 | *b++;
	return v;
}

bool core_read_addr(struct cf_addr *a, const char *text)
{
	u8 b[16];

	memset(a, 0, sizeof(*a));
	if (!strcmp(text, "none"))
		return true;
	if (inet_pton(AF_INET, text, b) == 1) {
		a->family = CF_IPV4;
		a->v4 = big_endian(b, 4);
		return true;
	}
	if (inet_pton(AF_INET6, text, b) == 1) {
		a->family = CF_IPV6;
		a->v6.hi = big_endian(b, 8);
		a->v6.lo = big_endian(b + 8, 8);
		return true;
	}
	return false;
}

struct cf_addr core_addr(const char *text)
{
	struct cf_addr a;

	if (!core_read_addr(&a, text))
		core_cannot_read("address", text);
	return a;
}

struct cf_prefix core_prefix(const char *text)
{
	char buf[64];
	struct cf_prefix p;
	char *slash;

	snprintf(buf, sizeof(buf), "%s", text);
	slash = strchr(buf, '/');
	if (slash)
		*slash = 0;
	p.addr = core_addr(buf);
	p.len = p.addr.family == CF_IPV4 ? 32 : 128;
	if (slash)
		p.len = strtoul(slash + 1, NULL, 10);
	if (!core_covers(&p.addr, &p.addr, p.len))
		core_cannot_read("prefix with host bits", text);
	return p;
}

u64 core_mac(const char *text)
{
	u64 mac = 0;
	const char *at = text;
	int i;

	for (i = 0; i < 6; i++) {
		char *end;

		mac = mac << 8 | strtoul(at, &end, 16);
		if (end != at + 2 || *end != (i < 5 ? ':' : 0))
			core_cannot_read("MAC", text);
		at = end + 1;
	}
	return mac;
}

struct cf_in6 core_in6_add(struct cf_in6 a, int by)
{
	u64 before = a.lo;

	a.lo += by;
	if (by > 0 && a.lo < before)
		a.hi++;
	if (by < 0 && a.lo > before)
		a.hi--;
	return a;
}

/* ---- verdicts ---- */

const char *core_reason(enum camfence_reason reason)
{
	static const struct {
		const char *name;
	} rows[] = {
#define ROW(sym, name, verdict, text) { #name },
		CAMFENCE_REASONS(ROW)
#undef ROW
	};

	return reason < ARRAY_SIZE(rows) ? rows[reason].name : "?";
}

/* "REASON CAMERA SET EXEMPTION[ reject]", with "-" for none. */
void core_print_verdict(const struct cf_objects *in,
			const struct cf_verdict *v, char *out, size_t len)
{
	snprintf(out, len, "%s %s %s %s%s", core_reason(v->reason),
		 v->camera == CF_NOTHING ? "-" : in->cameras[v->camera]->name,
		 v->set == CF_NOTHING ? "-" : in->sets[v->set]->name,
		 v->exemption == CF_NOTHING ? "-" :
		 in->exemptions[v->exemption]->name,
		 v->reject ? " reject" : "");
}
