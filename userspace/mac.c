// SPDX-License-Identifier: GPL-2.0
/* MAC addresses, and the beginnings of them that are a maker's. */
#include <stdio.h>
#include <string.h>

#include "parse.h"

#define MAC_DIGITS 12

static const char not_mac[] =
	"not a MAC address, expected such as 00:00:5e:00:53:01, 00005e005301 or 0000.5e00.5301";
static const char zero_mac[] =
	"no device's MAC address, expected the one on the camera's label";
static const char group_mac[] =
	"a multicast or broadcast MAC address, which no device sends from";
static const char not_oui[] =
	"not an OUI, expected 6, 7 or 9 digits such as 00:00:5e, 00:00:5e:0 or 00:00:5e:00:5";
static const char whole_mac[] =
	"a whole MAC address; write mac, or its first 6, 7 or 9 digits as the OUI";

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* How many digits stand between two marks. */
static size_t group_of(char mark)
{
	if (mark == ':' || mark == '-')
		return 2;
	return mark == '.' ? 4 : 0;
}

/*
 * Hexadecimal digits: two a group with : or -, four with dots, or without any
 * mark. The last group may be shorter. Their number, or 0.
 */
static size_t read_digits(const char *s, u8 mac[6])
{
	size_t n = 0, in_group = 0;
	char mark = '\0';

	memset(mac, 0, 6);
	for (; *s; s++) {
		int v = hex_value(*s);

		if (v < 0) {
			if (!group_of(*s) || in_group != group_of(*s) ||
			    (mark && *s != mark))
				return 0;
			mark = *s;
			in_group = 0;
			continue;
		}
		if (n == MAC_DIGITS || (mark && in_group == group_of(mark)))
			return 0;
		mac[n / 2] |= n % 2 ? v : v << 4;
		n++;
		in_group++;
	}
	return in_group ? n : 0;
}

/**
 * parse_mac() - the MAC address of one device, in any usual spelling
 * @s: the text
 * @mac: the address
 *
 * Return: NULL, or what is wrong.
 */
const char *parse_mac(const char *s, u8 mac[6])
{
	static const u8 zero[6];

	if (read_digits(s, mac) != MAC_DIGITS)
		return not_mac;
	if (!memcmp(mac, zero, 6))
		return zero_mac;
	if (mac[0] & 1)
		return group_mac;
	return NULL;
}

/**
 * mac_text() - write a MAC address
 * @mac: the address
 * @buf: where to
 *
 * Return: @buf.
 */
const char *mac_text(const u8 mac[6], char buf[MAC_TEXT])
{
	snprintf(buf, MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x",
		 mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	return buf;
}

/**
 * parse_oui() - the beginning of a MAC address, spelt as those are
 * @s: the text
 * @oui: the address, zero behind @len
 * @len: how many bits it is: 24, 28 or 36
 *
 * Return: NULL, or what is wrong.
 */
const char *parse_oui(const char *s, u8 oui[6], unsigned int *len)
{
	size_t digits = read_digits(s, oui);

	if (digits == MAC_DIGITS)
		return whole_mac;
	if (digits != 6 && digits != 7 && digits != 9)
		return not_oui;
	if (oui[0] & 1)
		return group_mac;
	*len = digits * 4;
	return NULL;
}

/**
 * oui_text() - write an OUI
 * @oui: the address
 * @len: how many bits of it
 * @buf: where to
 *
 * Return: @buf.
 */
const char *oui_text(const u8 oui[6], unsigned int len, char buf[MAC_TEXT])
{
	unsigned int digits = len / 4;

	/* Two digits and a mark for each byte before the last. */
	mac_text(oui, buf);
	buf[digits + (digits - 1) / 2] = '\0';
	return buf;
}
