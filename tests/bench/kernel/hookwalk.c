// SPDX-License-Identifier: GPL-2.0
/*
 * What a packet's way through netfilter's hooks costs, and its verdicts.
 *
 * Whoever writes a struct request into /proc/hookwalk and reads the answer has
 * one packet walked many times. It is a router's packet because a router has
 * made it: the request's frame is received by a device of a network namespace,
 * goes through PREROUTING, conntrack and routing, and is taken out of FORWARD
 * before anybody else sees it there, with the hook's devices:
 *
 *	frame -> netif_receive_skb() -> ... -> FORWARD: take()
 *					          |
 *	  each entry's addresses written into it  v
 *	                        nf_hook(FORWARD) -> nf_hook_egress()
 *
 * Then it walks the hooks of that namespace, once for each packet asked for,
 * with the next entry's addresses in it. Its count of users is set to two before
 * each walk: who drops it frees it, which gives one back and no more. Checksum
 * and TTL are not written again, which no hook reads. Rulesets that are compared
 * live in a namespace each, so that their walks can alternate.
 */
#include <linux/bits.h>
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_netdev.h>
#include <linux/proc_fs.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/time64.h>
#include <linux/uaccess.h>
#include <net/dst.h>
#include <net/ipv6.h>
#include <net/neighbour.h>
#include <net/net_namespace.h>

#define FRAME_MOST	128
#define WARM		BIT(16)		/* walks before the clock starts */
#define LINE		64		/* bytes that memory comes in */

enum {
	EGRESS	= BIT(0),	/* also the device's hook, with a header */
	INBOUND	= BIT(1),	/* the entry's remote address is the source */
	TIMED	= BIT(2),	/* the time it takes, not each verdict */
	CHASE	= BIT(3),	/* no packets, but pointers through memory */
};

/* tests/bench/kernel/hooks.py writes it. */
struct request {
	s32 netns;		/* a descriptor */
	u32 ifindex;		/* of the device that receives the frame */
	u32 flags;
	u32 packets;		/* or a chase's steps */
	u32 entries;		/* or a chase's lines */
	u32 frame_len;
	u8 frame[FRAME_MOST];
};				/* then the entries: local, remote address */

struct answer {
	u64 ns;
	u64 dropped;
	u8 verdicts[];		/* a bit a packet, set where it was dropped */
};

struct taken {
	struct sk_buff *skb;
	struct net *net;
	struct net_device *in;
	struct net_device *out;
	struct ethhdr came;
	struct ethhdr sent;
};

struct entries {
	const u8 *first;
	const u8 *end;
	const u8 *next;
};

static DEFINE_MUTEX(lock);	/* a request at a time, and its answer */
static struct answer *answer;
static size_t answer_len;

/*
 * This kernel is a process: it asks the machine's own kernel, by clock_gettime(),
 * how long it has been running. What else runs there does not count.
 */
static u64 cpu_ns(void)
{
	struct { long s, ns; } t = { };
	long err;

	asm volatile("syscall"
		     : "=a" (err)
		     : "0" (228L), "D" ((long)CLOCK_THREAD_CPUTIME_ID), "S" (&t)
		     : "rcx", "r11", "memory");
	return (u64)t.s * NSEC_PER_SEC + t.ns;
}

static unsigned int take(void *priv, struct sk_buff *skb,
			 const struct nf_hook_state *state)
{
	struct taken *t = priv;

	if (t->skb)
		return NF_ACCEPT;
	skb_dst_force(skb);
	t->skb = skb;
	t->in = state->in;
	t->out = state->out;
	return NF_STOLEN;
}

static bool is_ipv4(const struct taken *t)
{
	return t->skb->protocol == htons(ETH_P_IP);
}

static int receive(const struct request *r, struct net *net)
{
	struct net_device *dev;
	struct sk_buff *skb;

	skb = alloc_skb(NET_SKB_PAD + LL_MAX_HEADER + FRAME_MOST, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	skb_reserve(skb, NET_SKB_PAD + LL_MAX_HEADER);
	skb_put_data(skb, r->frame, r->frame_len);
	rcu_read_lock_bh();
	dev = dev_get_by_index_rcu(net, r->ifindex);
	if (dev) {
		skb->protocol = eth_type_trans(skb, dev);
		netif_receive_skb(skb);
	} else {
		kfree_skb(skb);
	}
	rcu_read_unlock_bh();
	return dev ? 0 : -ENODEV;
}

/* The frames' headers before and after the router, whose neighbour is known. */
static int read_headers(struct taken *t)
{
	struct neighbour *n = dst_neigh_lookup_skb(skb_dst(t->skb), t->skb);

	if (!n)
		return -EHOSTUNREACH;
	t->came = *eth_hdr(t->skb);
	t->sent = t->came;
	neigh_ha_snapshot(t->sent.h_dest, n, t->out);
	ether_addr_copy(t->sent.h_source, t->out->dev_addr);
	neigh_release(n);
	return 0;
}

static void give_back(struct taken *t)
{
	if (!t->skb)
		return;
	refcount_set(&t->skb->users, 1);
	kfree_skb(t->skb);
}

static int make_packet(const struct request *r, struct taken *t)
{
	struct nf_hook_ops ops[] = {
		{ .pf = NFPROTO_IPV4 },
		{ .pf = NFPROTO_IPV6 },
	};
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		ops[i].hook = take;
		ops[i].priv = t;
		ops[i].hooknum = NF_INET_FORWARD;
		ops[i].priority = NF_IP_PRI_FIRST;
	}
	err = nf_register_net_hooks(t->net, ops, ARRAY_SIZE(ops));
	if (err)
		return err;
	err = receive(r, t->net);
	nf_unregister_net_hooks(t->net, ops, ARRAY_SIZE(ops));
	if (err)
		return err;
	if (!t->skb)
		return -ENETUNREACH;
	err = read_headers(t);
	if (err)
		give_back(t);
	return err;
}

/* As neigh_output() would have it: the header stands where the old one did. */
static bool is_sent(const struct taken *t)
{
	struct sk_buff *skb = t->skb;
	int rc = 0;

	memcpy(__skb_push(skb, ETH_HLEN), &t->sent, ETH_HLEN);
	skb->dev = t->out;
	if (!nf_hook_egress(skb, &rc, t->out))
		rc = -EPERM;
	__skb_pull(skb, ETH_HLEN);
	skb->dev = t->in;
	memcpy(eth_hdr(skb), &t->came, ETH_HLEN);
	return !rc;
}

static __always_inline u64 walk(u8 pf, const struct taken *t, u32 flags,
				struct entries *e, u32 packets, u8 *verdicts)
{
	const unsigned int len = pf == NFPROTO_IPV4 ? 4 : 16;
	struct sk_buff *skb = t->skb;
	u8 *src, *dst, *local, *remote;
	u64 dropped = 0;
	bool passes;
	u32 i;

	src = skb_network_header(skb) + (pf == NFPROTO_IPV4 ?
					 offsetof(struct iphdr, saddr) :
					 offsetof(struct ipv6hdr, saddr));
	dst = src + len;
	local = flags & INBOUND ? dst : src;
	remote = flags & INBOUND ? src : dst;
	for (i = 0; i < packets; i++) {
		memcpy(local, e->next, len);
		memcpy(remote, e->next + len, len);
		e->next += 2 * len;
		if (e->next == e->end)
			e->next = e->first;
		refcount_set(&skb->users, 2);
		passes = nf_hook(pf, NF_INET_FORWARD, t->net, NULL, skb, t->in,
				 t->out, NULL) == 1;
		if (passes && flags & EGRESS)
			passes = is_sent(t);
		dropped += !passes;
		if (verdicts && !passes)
			verdicts[i / 8] |= BIT(i % 8);
	}
	return dropped;
}

static noinline u64 walk4(const struct taken *t, u32 flags, struct entries *e,
			  u32 packets, u8 *verdicts)
{
	return walk(NFPROTO_IPV4, t, flags, e, packets, verdicts);
}

static noinline u64 walk6(const struct taken *t, u32 flags, struct entries *e,
			  u32 packets, u8 *verdicts)
{
	return walk(NFPROTO_IPV6, t, flags, e, packets, verdicts);
}

/* A router's packets come in a softirq. */
static void walk_all(const struct taken *t, const struct request *r,
		     struct entries *e)
{
	u64 (*way)(const struct taken *t, u32 flags, struct entries *e,
		   u32 packets, u8 *verdicts) = is_ipv4(t) ? walk4 : walk6;
	bool timed = r->flags & TIMED;
	u64 start;

	local_bh_disable();
	if (timed)
		way(t, r->flags, e, WARM, NULL);
	start = cpu_ns();
	answer->dropped = way(t, r->flags, e, r->packets,
			      timed ? NULL : answer->verdicts);
	answer->ns = cpu_ns() - start;
	local_bh_enable();
}

static int walks(const struct request *r, const void *entries, size_t len)
{
	struct entries e = { entries, entries + len, entries };
	struct taken t = { };
	int err;

	t.net = get_net_ns_by_fd(r->netns);
	if (IS_ERR(t.net))
		return PTR_ERR(t.net);
	err = make_packet(r, &t);
	if (err)
		goto no_packet;
	err = -EINVAL;
	if (len == (size_t)r->entries * (is_ipv4(&t) ? 8 : 32)) {
		walk_all(&t, r, &e);
		err = 0;
	}
	give_back(&t);
no_packet:
	put_net(t.net);
	return err;
}

/* One cycle through all lines, in Sattolo's random order. */
static void link_lines(void **lines, u32 n)
{
	const unsigned int step = LINE / sizeof(*lines);
	u32 i, other;

	for (i = 0; i < n; i++)
		lines[i * step] = &lines[i * step];
	for (i = n - 1; i; i--) {
		other = get_random_u32() % i;
		swap(lines[i * step], lines[other * step]);
	}
}

static int chase(const struct request *r)
{
	void **lines = kvmalloc_array(r->entries, LINE, GFP_KERNEL);
	void **at = lines;
	u64 start;
	u32 i;

	if (!lines)
		return -ENOMEM;
	link_lines(lines, r->entries);
	for (i = 0; i < r->entries; i++)
		at = *at;
	start = cpu_ns();
	for (i = 0; i < r->packets; i++)
		at = *at;
	answer->ns = cpu_ns() - start;
	/* Its end is part of the answer: nobody may leave the steps out. */
	answer->dropped = at == lines;
	kvfree(lines);
	return 0;
}

static int serve(const struct request *r, const void *entries, size_t len)
{
	size_t bytes = sizeof(*answer);

	if (!r->entries || !r->packets || r->frame_len > FRAME_MOST)
		return -EINVAL;
	if (!(r->flags & (TIMED | CHASE)))
		bytes += DIV_ROUND_UP(r->packets, 8);
	kvfree(answer);
	answer_len = 0;
	answer = kvzalloc(bytes, GFP_KERNEL);
	if (!answer)
		return -ENOMEM;
	answer_len = bytes;
	return r->flags & CHASE ? chase(r) : walks(r, entries, len);
}

static ssize_t write(struct file *file, const char __user *from, size_t len,
		     loff_t *at)
{
	struct request *r;
	int err;

	if (len < sizeof(*r))
		return -EINVAL;
	r = kvmalloc(len, GFP_KERNEL);
	if (!r)
		return -ENOMEM;
	err = -EFAULT;
	if (!copy_from_user(r, from, len)) {
		mutex_lock(&lock);
		err = serve(r, r + 1, len - sizeof(*r));
		mutex_unlock(&lock);
	}
	kvfree(r);
	return err ?: len;
}

static ssize_t read(struct file *file, char __user *to, size_t len, loff_t *at)
{
	ssize_t n;

	mutex_lock(&lock);
	n = simple_read_from_buffer(to, len, at, answer, answer_len);
	mutex_unlock(&lock);
	return n;
}

static const struct proc_ops ops = {
	.proc_read = read,
	.proc_write = write,
};

static int __init init(void)
{
	return proc_create("hookwalk", 0600, NULL, &ops) ? 0 : -ENOMEM;
}

static void __exit fini(void)
{
	remove_proc_entry("hookwalk", NULL);
	kvfree(answer);
}

module_init(init);
module_exit(fini);
MODULE_LICENSE("GPL");
MODULE_AUTHOR("The camfence authors");
MODULE_DESCRIPTION("Walks one packet through netfilter's hooks, many times");
