/* SPDX-License-Identifier: MIT */
#include "app/storescu.h"

#include "base/wipe.h"
#include "io/file.h"

#include <string.h>

#define AT(field) offsetof(struct storescu, field)
#define PROPOSE(SPELLINGS, CHOICE, HELP)                                             \
	{                                                                            \
		NULL, SPELLINGS, NULL, opt_const, AT(propose), HELP, .value = CHOICE \
	}

/* Takes the password out of the command line, where other users can see it. */
static bool set_password(void *field, const struct opt_use *use, struct err *e)
{
	const size_t n = strlen(use->values[0]);
	char *copy = opt_alloc(use->memory, n + 1, e);
	if (!copy)
		return false;
	memcpy(copy, use->values[0], n);
	wipe(use->values[0], n);
	*(char **)field = copy;
	return true;
}

static bool set_level(void *field, const struct opt_use *use, struct err *e)
{
	int *level = field;
	if (!opt_int(level, use, e))
		return false;
	++*level;
	return true;
}

const struct opt storescu_rows[] = {
	{ NULL, "+v --verbose-pc", NULL, opt_flag, AT(verbose_pc),
		"with -v: show the presentation contexts" },
	{ .help = "input" },
	{ NULL, "+f --read-file", NULL, opt_const, AT(format), "files and data sets (default)",
		.value = STORESCU_ANY },
	{ NULL, "+fo --read-file-only", NULL, opt_const, AT(format), "files only",
		.value = STORESCU_FILE },
	{ NULL, "-f --read-dataset", NULL, opt_const, AT(format),
		"data sets without file meta information", .value = STORESCU_DATA_SET },
	{ NULL, "+sd --scan-directories", NULL, opt_flag, AT(scan), "look for files in folders" },
	{ NULL, "+sp --scan-pattern", "PATTERN", opt_str, AT(pattern),
		"those with names like this, such as *.dcm" },
	{ NULL, "-r --no-recurse", NULL, opt_off, AT(recurse),
		"not in folders within folders (default)" },
	{ NULL, "+r --recurse", NULL, opt_flag, AT(recurse), "in folders within folders too" },
	{ NULL, "-rn --no-rename", NULL, opt_off, AT(rename), "leave names alone (default)" },
	{ NULL, "+rn --rename", NULL, opt_flag, AT(rename),
		"append .done or .bad to the names of files" },
	{ .help = "proposed transfer syntaxes" },
	{ .rows = dcmtk_config_rows, .at = AT(config) },
	PROPOSE("-x= --propose-uncompr", DCMTK_UNCOMPRESSED, "uncompressed ones (default)"),
	PROPOSE("-xe --propose-little", DCMTK_LITTLE, "uncompressed, little endian first"),
	PROPOSE("-xb --propose-big", DCMTK_BIG, "uncompressed, big endian first"),
	PROPOSE("-xi --propose-implicit", DCMTK_IMPLICIT, "implicit VR only"),
	PROPOSE("-xs --propose-lossless", DCMTK_LOSSLESS, "JPEG lossless, and uncompressed"),
	PROPOSE("-xy --propose-jpeg8", DCMTK_JPEG8, "JPEG 8 bit, and uncompressed"),
	PROPOSE("-xx --propose-jpeg12", DCMTK_JPEG12, "JPEG 12 bit, and uncompressed"),
	PROPOSE("-xv --propose-j2k-lossless", DCMTK_J2K_LOSSLESS, "JPEG 2000 lossless"),
	PROPOSE("-xw --propose-j2k-lossy", DCMTK_J2K, "JPEG 2000"),
	PROPOSE("-xt --propose-jls-lossless", DCMTK_JLS_LOSSLESS, "JPEG-LS lossless"),
	PROPOSE("-xu --propose-jls-lossy", DCMTK_JLS, "JPEG-LS"),
	PROPOSE("-xm --propose-mpeg2", DCMTK_MPEG2, "MPEG2 main profile, main level"),
	PROPOSE("-xh --propose-mpeg2-high", DCMTK_MPEG2_HIGH, "MPEG2 main profile, high level"),
	PROPOSE("-xn --propose-mpeg4", DCMTK_MPEG4, "MPEG4 high profile, level 4.1"),
	PROPOSE("-xl --propose-mpeg4-bd", DCMTK_MPEG4_BD, "MPEG4 BD-compatible, level 4.1"),
	PROPOSE("-x2 --propose-mpeg4-2-2d", DCMTK_MPEG4_2D, "MPEG4 high profile, level 4.2, 2D"),
	PROPOSE("-x3 --propose-mpeg4-2-3d", DCMTK_MPEG4_3D, "MPEG4 high profile, level 4.2, 3D"),
	PROPOSE("-xo --propose-mpeg4-2-st", DCMTK_MPEG4_STEREO, "MPEG4 stereo, level 4.2"),
	PROPOSE("-x4 --propose-hevc", DCMTK_HEVC, "HEVC main profile, level 5.1"),
	PROPOSE("-x5 --propose-hevc10", DCMTK_HEVC10, "HEVC main 10 profile, level 5.1"),
	PROPOSE("-xr --propose-rle", DCMTK_RLE, "RLE lossless, and uncompressed"),
	PROPOSE("-xd --propose-deflated", DCMTK_DEFLATED, "deflated, and uncompressed"),
	{ NULL, "-R --required", NULL, opt_flag, AT(nothing),
		"only the SOP classes that the files need (always so)" },
	{ NULL, "+C --combine", NULL, opt_flag, AT(combine),
		"all transfer syntaxes in one presentation context" },
	{ NULL, "+u --enable-new-vr", NULL, opt_off, AT(old_vrs), "write UN and UT (default)" },
	{ NULL, "-u --disable-new-vr", NULL, opt_flag, AT(old_vrs),
		"write OB for UC, UN, UR, UT, OD, OF, OL, OV, SV and UV" },
	{ NULL, "+cl --compression-level", "LEVEL", set_level, AT(level),
		"of deflating: 0 none, 1 fast, 9 least room (6)", .min = 0, .max = 9 },
	{ .help = "user identity" },
	{ NULL, "-usr --user", "NAME", opt_str, AT(user), "say that we are this user" },
	{ NULL, "-pwd --password", "WORD", set_password, AT(password), "with this password" },
	{ NULL, "-epw --empty-password", NULL, opt_flag, AT(empty_password),
		"with an empty password" },
	{ NULL, "-kt --kerberos", "FILE", opt_str, AT(kerberos), "show this Kerberos ticket" },
	{ NULL, "--saml", "FILE", opt_str, AT(saml), "show this SAML assertion" },
	{ NULL, "--jwt", "FILE", opt_str, AT(jwt), "show this JSON web token" },
	{ NULL, "-rsp --pos-response", NULL, opt_flag, AT(want_answer),
		"end when the peer does not say yes to it" },
	{ .help = "sending" },
	{ NULL, "--max-send-pdu", "BYTES", opt_int, AT(max_send), "largest PDU that we send",
		.min = NODE_PDU_LEAST, .max = NODE_PDU_MOST },
	{ NULL, "--repeat", "N", opt_int, AT(repeat), "send each object so often", .min = 1,
		.max = 1000000 },
	{ NULL, "--abort", NULL, opt_flag, AT(abort), "end with an abort" },
	{ NULL, "-nh --no-halt", NULL, opt_flag, AT(no_halt), "go on after a failure" },
	{ NULL, "-up --uid-padding", NULL, opt_flag, AT(nothing),
		"correct UIDs padded with a space (always so)" },
	{ .rows = invent_rows, .at = AT(invent), .help = "inventing" },
	{ 0 },
};

const struct opt_rule storescu_rules[] = {
	{ "--scan-pattern --recurse", "--scan-directories", NULL },
	{ "--password --empty-password", "--user", NULL },
	{ "--empty-password", NULL, "--password" },
	{ "--config-file", NULL,
		"--propose-little --propose-big --propose-implicit --propose-lossless "
		"--propose-jpeg8 --propose-jpeg12 --propose-j2k-lossless --propose-j2k-lossy "
		"--propose-jls-lossless --propose-jls-lossy --propose-mpeg2 --propose-mpeg2-high "
		"--propose-mpeg4 --propose-mpeg4-bd --propose-mpeg4-2-2d --propose-mpeg4-2-3d "
		"--propose-mpeg4-2-st --propose-hevc --propose-hevc10 --propose-rle "
		"--propose-deflated --required --combine" },
	{ "--compression-level", "--propose-deflated --config-file", NULL },
	{ "--pos-response", "--user --kerberos --saml --jwt", NULL },
	{ "--user", NULL, "--kerberos --saml --jwt" },
	{ "--kerberos", NULL, "--saml --jwt" },
	{ "--saml", NULL, "--jwt" },
	NODE_DCMTK_RULES("--enable-tls --anonymous-tls"),
	{ 0 },
};

struct outbox_rules storescu_outbox(const struct storescu *o)
{
	return (struct outbox_rules){
		.walk = { .folders = o->scan, .deep = o->recurse, .pattern = o->pattern },
		.only_files = o->format == STORESCU_FILE,
		.only_data_sets = o->format == STORESCU_DATA_SET,
		.strict = true,
		.halt = !o->no_halt,
		.forgive = o->no_halt,
		.rename = o->rename,
	};
}

void storescu_proposal(
	const struct storescu *o, const struct asconfig *profile, struct batch_proposal *p)
{
	const enum dcmtk_choice choice = (enum dcmtk_choice)o->propose;
	*p = (struct batch_proposal){ .combine = o->combine };
	p->n = dcmtk_syntaxes(choice, p->syntaxes);
	if (dcmtk_is_video(choice))
		p->n = 1;
	if (profile) {
		p->offers = profile->contexts;
		p->n_offers = profile->n_contexts;
	}
}

/* Reads what a token's file holds. */
static bool token(
	const char *path, uint8_t kind, struct scu_identity *who, struct mspan *file, struct err *e)
{
	if (!file_load(path, 32768, file, e))
		return false;
	who->kind = kind;
	who->primary = span_of(file->p, file->n);
	return true;
}

static bool identity(
	const struct storescu *o, struct scu_identity *who, struct mspan *file, struct err *e)
{
	who->answer = o->want_answer;
	if (o->kerberos)
		return token(o->kerberos, PDU_IDENTITY_KERBEROS, who, file, e);
	if (o->saml)
		return token(o->saml, PDU_IDENTITY_SAML, who, file, e);
	if (o->jwt)
		return token(o->jwt, PDU_IDENTITY_JWT, who, file, e);
	if (!o->user)
		return true;
	who->kind = o->password || o->empty_password ? PDU_IDENTITY_PASSCODE : PDU_IDENTITY_USER;
	who->primary = span_str(o->user);
	if (o->password)
		who->secondary = span_str(o->password);
	return true;
}

bool storescu_wishes(const struct storescu *o, const struct asconfig *profile,
	struct scu_config *wishes, struct mspan *file, struct err *e)
{
	*file = (struct mspan){ 0 };
	wishes->max_send = (uint32_t)o->max_send;
	wishes->prefer = o->propose == DCMTK_BIG ? UID_EXPLICIT_BE
		: o->propose == DCMTK_DEFLATED   ? UID_DEFLATED_LE
						 : NULL;
	wishes->prefer_always = o->propose == DCMTK_DEFLATED;
	if (profile) {
		wishes->roles = profile->roles;
		wishes->n_roles = profile->n_roles;
		wishes->extended = profile->extended;
		wishes->n_extended = profile->n_extended;
	}
	return identity(o, &wishes->identity, file, e);
}

static struct object_stream *open_changed(
	void *arg, const char *path, struct object_info *info, struct syntax to, struct err *e)
{
	struct storescu_changes *c = arg;
	struct invent *in = &c->invent;
	uint32_t found;
	struct object_changes changes = {
		.found = &found, .old_vrs = c->o->old_vrs, .level = c->o->level
	};
	if (!invent_wanted(&c->o->invent))
		return object_open_changed(path, info, to, &changes, e);
	struct drbg *random = node_random(c->node, e);
	if (!random || !invent_next(in, &c->o->invent, random, e))
		return NULL;
	changes.values = in->values;
	changes.n_values = INVENT_VALUES;
	struct object_stream *stream = object_open_changed(path, info, to, &changes, e);
	if (stream && !(found & 1)) {
		object_close(stream);
		err_set(e, ERR_INPUT, 0, "its SOP Instance UID is not where it can be changed");
		return NULL;
	}
	log_line(c->node->log, LOG_INFO,
		"Inventing Identifying Information (pa%u, st%u, se%u, im%u): PatientID=%s "
		"SOPInstanceUID=%s",
		in->patient, in->study, in->series, in->image - 1, in->patient_id,
		in->sop_instance);
	for (size_t i = 0; stream && i < INVENT_VALUES; i++)
		if (!(found >> i & 1))
			log_line(c->node->log, LOG_WARN, "%s has no %s, and gets none", path,
				invent_name(i));
	strcpy(info->sop_instance, in->sop_instance);
	return stream;
}

struct outbox_opener storescu_opener(
	struct storescu_changes *c, const struct storescu *o, struct node *node)
{
	*c = (struct storescu_changes){ .o = o, .node = node };
	if (!invent_wanted(&o->invent) && !o->old_vrs && !o->level)
		return (struct outbox_opener){ 0 };
	return (struct outbox_opener){ open_changed, c };
}

void storescu_forget(struct storescu *o, struct mspan *file)
{
	if (o->password)
		wipe(o->password, strlen(o->password));
	file_free(file);
}
