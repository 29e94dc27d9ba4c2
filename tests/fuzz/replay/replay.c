// SPDX-License-Identifier: GPL-2.0
/* In place of libFuzzer: what a fuzz target does with each of the files. */
#include <stdio.h>

#include "types.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int main(int argc, char **argv)
{
	static u8 data[65536];
	int i;

	printf("1..%d\n", argc - 1);
	for (i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");

		if (!f)
			return 1;
		LLVMFuzzerTestOneInput(data, fread(data, 1, sizeof(data), f));
		fclose(f);
		printf("ok %d - %s\n", i, argv[i]);
	}
	return argc < 2;
}
