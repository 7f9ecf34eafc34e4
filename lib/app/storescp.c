/* SPDX-License-Identifier: MIT */
/* The options of storescp. */
#include "app/storescp.h"

#define AT(field) offsetof(struct storescp, field)
#define PREFER(SPELLINGS, CHOICE, HELP)                                             \
	{                                                                           \
		NULL, SPELLINGS, NULL, opt_const, AT(prefer), HELP, .value = CHOICE \
	}
#define REFUSE(SPELLINGS, VALUES, WHY)                                        \
	{                                                                     \
		NULL, SPELLINGS, VALUES, opt_refuse, 0, "not supported: " WHY \
	}

/* What makes a part of a path: it must stay one part. */
static bool opt_part(void *field, const struct opt_use *use, struct err *e)
{
	for (const char *p = use->values[0]; *p; p++)
		if (*p == '/')
			return err_set(
				e, ERR_USAGE, 0, "\"%s\" may not have a slash", use->values[0]);
	*(const char **)field = use->values[0];
	return true;
}

static bool set_sorting(void *field, const struct opt_use *use, struct err *e)
{
	struct storescp *o = field;
	o->sorting = (int)use->row->value;
	return o->sorting == STORESCP_BY_PATIENT || opt_part(&o->prefix, use, e);
}

/* row->value: one more than a choice of one syntax; 0: none. */
static bool set_write(void *field, const struct opt_use *use, struct err *e)
{
	const char *list[DCMTK_SYNTAXES];
	(void)e;
	if (use->row->value)
		dcmtk_syntaxes((enum dcmtk_choice)(use->row->value - 1), list);
	*(const char **)field = use->row->value ? list[0] : NULL;
	return true;
}

static bool set_timeout(void *field, const struct opt_use *use, struct err *e)
{
	struct storescp *o = field;
	o->study_times_out = true;
	return opt_duration(&o->study_timeout, use, e);
}

#define KEPT "objects keep the lengths that they came with"

const struct opt storescp_rows[] = {
	{ NULL, "+v --verbose-pc", NULL, opt_flag, AT(verbose_pc),
		"with -v: show the presentation contexts" },
	{ NULL, "--single-process", NULL, opt_off, AT(fork),
		"one process for all associations (always so)" },
	{ NULL, "--fork", NULL, opt_flag, AT(fork),
		"serve associations side by side (always so, in one process)" },
	{ NULL, "-id --inetd", NULL, opt_flag, AT(inetd),
		"serve the one connection on standard input" },
	{ .help = "preferred transfer syntaxes" },
	{ .rows = dcmtk_config_rows, .at = AT(config) },
	PREFER("+x= --prefer-uncompr", DCMTK_UNCOMPRESSED, "uncompressed ones only (default)"),
	PREFER("+xe --prefer-little", DCMTK_LITTLE, "uncompressed, little endian first"),
	PREFER("+xb --prefer-big", DCMTK_BIG, "uncompressed, big endian first"),
	PREFER("+xs --prefer-lossless", DCMTK_LOSSLESS, "JPEG lossless, and uncompressed"),
	PREFER("+xy --prefer-jpeg8", DCMTK_JPEG8, "JPEG 8 bit, and uncompressed"),
	PREFER("+xx --prefer-jpeg12", DCMTK_JPEG12, "JPEG 12 bit, and uncompressed"),
	PREFER("+xv --prefer-j2k-lossless", DCMTK_J2K_LOSSLESS, "JPEG 2000 lossless"),
	PREFER("+xw --prefer-j2k-lossy", DCMTK_J2K, "JPEG 2000"),
	PREFER("+xt --prefer-jls-lossless", DCMTK_JLS_LOSSLESS, "JPEG-LS lossless"),
	PREFER("+xu --prefer-jls-lossy", DCMTK_JLS, "JPEG-LS"),
	PREFER("+xm --prefer-mpeg2", DCMTK_MPEG2, "MPEG2 main profile, main level"),
	PREFER("+xh --prefer-mpeg2-high", DCMTK_MPEG2_HIGH, "MPEG2 main profile, high level"),
	PREFER("+xn --prefer-mpeg4", DCMTK_MPEG4, "MPEG4 high profile, level 4.1"),
	PREFER("+xl --prefer-mpeg4-bd", DCMTK_MPEG4_BD, "MPEG4 BD-compatible, level 4.1"),
	PREFER("+x2 --prefer-mpeg4-2-2d", DCMTK_MPEG4_2D, "MPEG4 high profile, level 4.2, 2D"),
	PREFER("+x3 --prefer-mpeg4-2-3d", DCMTK_MPEG4_3D, "MPEG4 high profile, level 4.2, 3D"),
	PREFER("+xo --prefer-mpeg4-2-st", DCMTK_MPEG4_STEREO, "MPEG4 stereo, level 4.2"),
	PREFER("+x4 --prefer-hevc", DCMTK_HEVC, "HEVC main profile, level 5.1"),
	PREFER("+x5 --prefer-hevc10", DCMTK_HEVC10, "HEVC main 10 profile, level 5.1"),
	PREFER("+xr --prefer-rle", DCMTK_RLE, "RLE lossless, and uncompressed"),
	PREFER("+xd --prefer-deflated", DCMTK_DEFLATED, "deflated, and uncompressed"),
	PREFER("+xi --implicit", DCMTK_IMPLICIT, "implicit VR only"),
	PREFER("+xa --accept-all", DCMTK_ALL, "all of them"),
	{ .help = "access and tests" },
	{ NULL, "-ac --access-full", NULL, opt_off, AT(hosts), "let in any host (default)" },
	{ NULL, "+ac --access-control", NULL, opt_flag, AT(hosts),
		"let in hosts by /etc/hosts.allow and /etc/hosts.deny" },
	{ NULL, "-dhl --disable-host-lookup", NULL, opt_flag, AT(no_lookup),
		"do not look up names of hosts; only rules for hosts ever do" },
	{ NULL, "--refuse", NULL, opt_flag, AT(refuse), "reject every association" },
	{ NULL, "--reject", NULL, opt_flag, AT(want_class),
		"reject who names no implementation class UID" },
	{ NULL, "--ignore", NULL, opt_flag, AT(ignore), "receive, and store nothing" },
	{ NULL, "--sleep-after", "TIME", opt_duration, AT(pause_after),
		"stand still after an object" },
	{ NULL, "--sleep-during", "TIME", opt_duration, AT(pause_during),
		"stand still within an object" },
	{ NULL, "--abort-after", NULL, opt_const, AT(breaks),
		"abort after an object, before it is answered", .value = SCP_BREAK_AFTER },
	{ NULL, "--abort-during", NULL, opt_const, AT(breaks), "abort within an object",
		.value = SCP_BREAK_DURING },
	{ NULL, "-up --uid-padding", NULL, opt_flag, AT(nothing),
		"correct UIDs padded with a space (always so)" },
	{ .help = "files" },
	{ NULL, "-B --normal", NULL, opt_off, AT(exact), "write what came (default)" },
	{ NULL, "+B --bit-preserving", NULL, opt_flag, AT(exact),
		"write what came, bit for bit (so without it, but for the options below)" },
	{ NULL, "+F --write-file", NULL, opt_off, AT(bare),
		"with file meta information (default)" },
	{ NULL, "-F --write-dataset", NULL, opt_flag, AT(bare), "without file meta information" },
	{ NULL, "+t= --write-xfer-same", NULL, set_write, AT(write),
		"in the transfer syntax that they came in (default)" },
	{ NULL, "+te --write-xfer-little", NULL, set_write, AT(write),
		"uncompressed ones in explicit VR little endian", .value = DCMTK_LITTLE + 1 },
	{ NULL, "+tb --write-xfer-big", NULL, set_write, AT(write), "in explicit VR big endian",
		.value = DCMTK_BIG + 1 },
	{ NULL, "+ti --write-xfer-implicit", NULL, set_write, AT(write),
		"in implicit VR little endian", .value = DCMTK_IMPLICIT + 1 },
	{ NULL, "+td --write-xfer-deflated", NULL, set_write, AT(write), "deflated",
		.value = DCMTK_DEFLATED + 1 },
	{ NULL, "+u --enable-new-vr", NULL, opt_off, AT(style.old_vrs),
		"keep UN, UT and other new VRs (default)" },
	{ NULL, "-u --disable-new-vr", NULL, opt_flag, AT(style.old_vrs), "make OB of them" },
	{ NULL, "+g= --group-length-recalc", NULL, opt_flag, AT(nothing),
		"keep group lengths (default)" },
	{ NULL, "-g --group-length-remove", NULL, opt_flag, AT(style.lengths),
		"write no group lengths, and undefined lengths" },
	{ NULL, "+e --length-explicit", NULL, opt_flag, AT(nothing),
		"keep lengths of sequences (default)" },
	{ NULL, "-e --length-undefined", NULL, opt_flag, AT(style.lengths),
		"write undefined lengths, and no group lengths" },
	{ NULL, "-p --padding-off", NULL, opt_flag, AT(nothing), "no padding (default)" },
	{ NULL, "-uc --retain-un", NULL, opt_off, AT(style.known_vrs), "keep UN (default)" },
	{ NULL, "+uc --convert-un", NULL, opt_flag, AT(style.known_vrs),
		"make of UN what the dictionary knows" },
	{ NULL, "+cl --compression-level", "LEVEL", opt_int, AT(style.level),
		"of deflated files: 0 to 9 (6)", .min = 0, .max = 9 },
	{ NULL, "-ss --sort-conc-studies", "PREFIX", set_sorting, 0,
		"a folder for each study, by prefix and time", .value = STORESCP_BY_STUDY },
	{ NULL, "-su --sort-on-study-uid", "PREFIX", set_sorting, 0,
		"by prefix and Study Instance UID", .value = STORESCP_BY_STUDY_UID },
	{ NULL, "-sp --sort-on-patientname", NULL, set_sorting, 0, "by patient's name and time",
		.value = STORESCP_BY_PATIENT },
	{ NULL, "-uf --default-filenames", NULL, opt_const, AT(naming),
		"names by SOP Instance UID (default)", .value = STORESCP_BY_UID },
	{ NULL, "+uf --unique-filenames", NULL, opt_const, AT(naming), "a new UID for each file",
		.value = STORESCP_UNIQUE },
	{ NULL, "-tn --timenames", NULL, opt_const, AT(naming), "names by time",
		.value = STORESCP_BY_TIME },
	{ NULL, "-fe --filename-extension", "TEXT", opt_part, AT(extension), "what names end in" },
	{ .help = "events" },
	{ NULL, "-xcr --exec-on-reception", "COMMAND", opt_str, AT(on_object),
		"run for each object; #p folder, #f file, #a calling, #c called title, #r "
		"address" },
	{ NULL, "-xcs --exec-on-eostudy", "COMMAND", opt_str, AT(on_study),
		"run when a study is complete; the same without #f" },
	{ NULL, "-rns --rename-on-eostudy", NULL, opt_flag, AT(rename),
		"then rename its files to modality and number" },
	{ NULL, "-tos --eostudy-timeout", "TIME", set_timeout, 0,
		"a study is complete when nothing came of it for so long" },
	{ NULL, "-xs --exec-sync", NULL, opt_flag, AT(wait), "wait for commands to end" },
	{ .help = "not supported" },
	REFUSE("+g --group-length-create", NULL, KEPT),
	REFUSE("+p --padding-create", "FILE-PAD ITEM-PAD", KEPT),
	REFUSE("+dp --dhparam", "FILE",
		"there is no Diffie-Hellman over prime fields here, only curves"),
	{ 0 },
};

#define SORTING "--sort-conc-studies --sort-on-study-uid --sort-on-patientname"

#define COMPRESSED                                                                     \
	"--prefer-lossless --prefer-jpeg8 --prefer-jpeg12 --prefer-j2k-lossless "      \
	"--prefer-j2k-lossy "                                                          \
	"--prefer-jls-lossless --prefer-jls-lossy --prefer-mpeg2 --prefer-mpeg2-high " \
	"--prefer-mpeg4 --prefer-mpeg4-bd --prefer-mpeg4-2-2d --prefer-mpeg4-2-3d "    \
	"--prefer-mpeg4-2-st --prefer-hevc --prefer-hevc10 --prefer-rle"

const struct opt_rule storescp_rules[] = {
	{ "--exec-on-eostudy --rename-on-eostudy", SORTING, NULL },
	{ "--eostudy-timeout", SORTING " --exec-on-eostudy --rename-on-eostudy", NULL },
	{ SORTING
		" --write-xfer-little --write-xfer-big --write-xfer-implicit --write-xfer-deflated "
		"--disable-new-vr --group-length-create --group-length-remove --length-undefined",
		NULL, "--bit-preserving" },
	{ "--write-xfer-little --write-xfer-big --write-xfer-implicit --write-xfer-deflated", NULL,
		"--accept-all " COMPRESSED },
	{ "--config-file", NULL,
		"--promiscuous --prefer-little --prefer-big --implicit --accept-all "
		"--prefer-deflated " COMPRESSED },
	{ "--inetd", NULL, "--fork" },
	{ "--compression-level", NULL,
		"--write-xfer-little --write-xfer-big --write-xfer-implicit" },
	{ "--padding-create", NULL, "--write-dataset --bit-preserving" },
	NODE_DCMTK_RULES("--enable-tls"),
	{ 0 },
};

void storescp_config(const struct storescp *o, struct scp_config *c, const char **list)
{
	c->syntaxes.v = list;
	c->syntaxes.n = dcmtk_syntaxes((enum dcmtk_choice)o->prefer, list);
	c->ranked = true;
	c->write = o->write;
	c->style = o->style;
	if (o->exact)
		c->style.known_vrs = false;
	c->bare = o->bare;
	c->ignore = o->ignore;
	c->refuse = o->refuse;
	c->want_class = o->want_class;
	c->breaks = o->breaks;
	c->pause_during = o->pause_during;
	c->pause_after = o->pause_after;
}
