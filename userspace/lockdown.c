// SPDX-License-Identifier: GPL-2.0
/*
 * At the next boot the configuration may be broken, or the module gone. So what
 * shall be closed then is known without either: it stands in modprobe's
 * configuration, from where the module gets it, and the unit where there is no
 * module.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lockdown.h"
#include "mem.h"
#include "newfile.h"
#include "textfile.h"
#include "words.h"

static const char head[] =
	"# Written by camfence apply, from the configuration's lockdown:. Further options\n"
	"# of the module belong into a file of their own.\n";

/* What is to be in the file; NULL: there is to be none. */
static char *wanted(const struct names *names)
{
	char *list, *text;

	if (!names->n)
		return NULL;
	list = join_names(names, "");
	text = mem_printf("%soptions camfence lockdown=%s\n", head, list);
	free(list);
	return text;
}

/* What is in the file, NULL if there is none; a file of others is refused. */
static int present(const char *path, char **text, struct fault *f)
{
	struct textfile t = {};
	int code;

	if (access(path, F_OK) && errno == ENOENT)
		return 0;
	code = textfile_read(&t, path, f);
	if (code) {
		textfile_free(&t);
		return fault_prefix(f, code, "%s: ", path);
	}
	*text = t.text;
	if (!strncmp(t.text, head, strcspn(head, ".")))
		return 0;
	fault_input(f, "%s: is not what \"apply\" writes there for lockdown:",
		    path);
	fault_add(f, "give the file another name: mv %s %s-own.conf", path,
		  path);
	return CODE_INPUT;
}

static int replace(const char *path, const char *text, struct fault *f)
{
	struct newfile n = {};
	int code = newfile_open(&n, path, f);

	if (code)
		return code;
	/* Anybody may read what modprobe is told. */
	fchmod(fileno(n.to), 0644);
	fputs(text, n.to);
	code = newfile_finish(&n, f);
	return code ? code : newfile_keep(&n, f);
}

/**
 * lockdown_write() - write down what is to be closed at boot
 * @path: LOCKDOWN_FILE
 * @names: the interfaces, each a parse_lockdown(), at most LOCKDOWN_MOST
 * @f: what is wrong
 *
 * To be called when the configuration that has them is in force. Nothing is
 * written where this stands in the file already; where there are no names there
 * is no file.
 *
 * Return: 0 or the exit code.
 */
int lockdown_write(const char *path, const struct names *names,
		   struct fault *f)
{
	char *want = wanted(names), *have = NULL;
	int code = present(path, &have, f);

	if (!code && !want && have && unlink(path))
		code = fault_input(f, "%s: %s", path, strerror(errno));
	else if (!code && want && (!have || strcmp(have, want)))
		code = replace(path, want, f);
	free(have);
	free(want);
	return code;
}
