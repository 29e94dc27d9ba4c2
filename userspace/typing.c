// SPDX-License-Identifier: GPL-2.0
/*
 * sshd and dropbear say in SSH_CONNECTION which connection a shell serves. sudo,
 * su and env take it away from what they run, but not from the shell that they
 * were typed into: /proc has the environment that each process began with. So
 * the nearest process above that has it knows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "parse.h"
#include "typing.h"

#define VARIABLE "SSH_CONNECTION"
#define ANCESTORS 64

/* A link-local address has its link behind a percent sign. */
static bool parse_addr(const char *word, struct range *r)
{
	size_t len = strcspn(word, "%");
	bool host_bits;

	return !memchr(word, '/', len) && !memchr(word, '-', len) &&
	       !parse_range(word, len, r, &host_bits);
}

static bool parse_port(const char *word, u16 *port)
{
	u32 n;

	if (!parse_number(word, strlen(word), UINT16_MAX, &n))
		return false;
	*port = n;
	return true;
}

/**
 * typing_parse() - read what SSH_CONNECTION says
 * @text: client's address, its port, server's address, its port
 * @t: where to
 *
 * Return: whether it is that.
 */
bool typing_parse(const char *text, struct typing *t)
{
	char *copy = mem_strdup(text), *rest = copy, *word[4];
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(word); i++) {
		word[i] = strsep(&rest, " ");
		good = good && word[i];
	}
	good = good && !rest && parse_addr(word[0], &t->client) &&
	       parse_port(word[1], &t->client_port) &&
	       parse_addr(word[2], &t->server) &&
	       parse_port(word[3], &t->server_port) &&
	       t->client.family == t->server.family;
	free(copy);
	return good;
}

/* What a process began with is variables, a zero behind each. */
static bool find_in(pid_t pid, struct typing *t)
{
	char *path = mem_printf("/proc/%d/environ", (int)pid);
	FILE *file = fopen(path, "re");
	bool found = false;
	char *line = NULL;
	size_t room = 0;

	free(path);
	while (file && !found && getdelim(&line, &room, '\0', file) > 0)
		found = !strncmp(line, VARIABLE "=", strlen(VARIABLE "=")) &&
			typing_parse(line + strlen(VARIABLE "="), t);
	free(line);
	if (file)
		fclose(file);
	return found;
}

static pid_t parent_of(pid_t pid)
{
	char *path = mem_printf("/proc/%d/status", (int)pid);
	FILE *file = fopen(path, "re");
	char line[128];
	int parent = 0;

	free(path);
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "PPid: %d", &parent) == 1)
			break;
	if (file)
		fclose(file);
	return parent;
}

/**
 * typing_find() - which connection is this typed on?
 * @t: where to
 *
 * Return: whether there is one.
 */
bool typing_find(struct typing *t)
{
	const char *own = getenv(VARIABLE);
	pid_t pid = getppid();
	int i;

	if (own && typing_parse(own, t))
		return true;
	for (i = 0; i < ANCESTORS && pid > 1; i++) {
		if (find_in(pid, t))
			return true;
		pid = parent_of(pid);
	}
	return false;
}
