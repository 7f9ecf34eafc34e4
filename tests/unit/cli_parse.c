/* SPDX-License-Identifier: MIT */
/* The two syntaxes of the command line, and the setters. What is expected of DCMTK's syntax was
 * observed at Debian's storescu 3.6.7. */
#include "cli/near.h"
#include "cli/opt.h"
#include "cli/parse.h"
#include "cli/words.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

struct inner {
	const char *key, *cert;
};

struct state {
	const char *title;
	bool verbose, sync;
	int number, mode, wide;
	uint64_t size, time;
	int64_t when;
	struct list list;
	struct inner tls;
};

static bool set_pair(void *field, const struct opt_use *use, struct err *e)
{
	struct inner *tls = field;
	if (strcmp(use->values[0], "bad") == 0)
		return err_set(e, ERR_INPUT, 7, "no such key");
	tls->key = use->values[0];
	tls->cert = use->values[1];
	return true;
}

#define AT(f) offsetof(struct inner, f)
static const struct opt shared[] = {
	{ "--pair", "+tls --enable-tls", "KEY CERT", set_pair, 0, "key and certificate" },
	{ "--key", NULL, "FILE", opt_str, AT(key), "private key" },
	{ 0 },
};
#undef AT
#define AT(f) offsetof(struct state, f)
static const struct opt options[] = {
	{ "--title -t", "-aet --aetitle", "TITLE", opt_str, AT(title), "title" },
	{ "--verbose -v", "-v --verbose", NULL, opt_flag, AT(verbose), "say more" },
	{ "--no-sync", "-ns --no-sync", NULL, opt_off, AT(sync), "do not sync" },
	{ "--number", "-to --timeout", "N", opt_int, AT(number), "a number", .min = -5, .max = 99 },
	{ "--wide", NULL, "N", opt_int, AT(wide), "a number without a range" },
	{ "--one", "+x1 --one", NULL, opt_const, AT(mode), "mode one", .value = 1 },
	{ "--two", "+x= --two", NULL, opt_const, AT(mode), "mode two", .value = 2 },
	{ "--size", NULL, "BYTES", opt_size, AT(size), "a size", .max = 1 << 30 },
	{ "--time", NULL, "TIME", opt_duration, AT(time), "a time" },
	{ "--when", NULL, "TIME", opt_time, AT(when), "a moment" },
	{ "--ca", "+cf --add-cert-file", "FILE", opt_list, AT(list), "certificates" },
	{ "--map", NULL, "FROM TO", opt_list, AT(list), "pairs" },
	{ NULL, "-lc --log-config", "FILE", opt_refuse, 0, "there is no log4cplus here" },
	{ .rows = shared, .at = AT(tls), .help = "security" },
	{ 0 },
};

static struct state state;
static struct opt_memory *memory;
static struct err err;
static struct parse p;

static bool parse(bool dcmtk, const char *line)
{
	static char text[500];
	static char *words[50];
	opt_free(&memory);
	memset(&state, 0, sizeof state);
	state.sync = true;
	err_clear(&err);
	p = (struct parse){
		.options = options, .state = &state, .dcmtk = dcmtk, .memory = &memory
	};
	int n = 0;
	snprintf(text, sizeof text, "%s", line);
	for (char *w = strtok(text, "|"); w; w = strtok(NULL, "|"))
		words[n++] = w;
	words[n] = NULL;
	return parse_words(&p, words, &err);
}

static bool ours(const char *line)
{
	return parse(false, line);
}

static bool theirs(const char *line)
{
	return parse(true, line);
}

#define REFUSED(SYNTAX, LINE, TEXT)             \
	do {                                    \
		CHECK(!SYNTAX(LINE));           \
		CHECK_INT(err.kind, ERR_USAGE); \
		CHECK_STR(err.text, TEXT);      \
	} while (0)

static void our_forms(void)
{
	CHECK(ours("--title|A|x|-v|--number=-5|--pair|K|C|y|-|--no-sync"));
	CHECK_STR(state.title, "A");
	CHECK(state.verbose);
	CHECK(!state.sync);
	CHECK_INT(state.number, -5);
	CHECK_STR(state.tls.key, "K");
	CHECK_STR(state.tls.cert, "C");
	REQUIRE(p.n == 3);
	CHECK_STR(p.operands[0], "x");
	CHECK_STR(p.operands[1], "y");
	CHECK_STR(p.operands[2], "-");
	CHECK(p.operands[3] == NULL);
	CHECK(ours("--title=a=b|--|--title|-x|@f"));
	CHECK_STR(state.title, "a=b");
	CHECK_INT(p.n, 3);
	CHECK(ours("-t|--verbose")); /* a value may look like an option */
	CHECK_STR(state.title, "--verbose");
	CHECK(!state.verbose);
}

static void our_errors(void)
{
	REFUSED(ours, "--titel|x", "unknown option --titel; did you mean --title?");
	REFUSED(ours, "--verb", "unknown option --verb; did you mean --verbose?");
	REFUSED(ours, "--xyzzy=3", "unknown option --xyzzy");
	REFUSED(ours, "-x", "unknown option -x");
	REFUSED(ours, "-vv", "unknown option -vv");
	REFUSED(ours, "-5", "unknown option -5");
	REFUSED(ours, "--tle=3", "unknown option --tle");
	REFUSED(ours, "--arguments", "unknown option --arguments");
	REFUSED(ours, "--verbose=1", "--verbose takes no value");
	REFUSED(ours, "--pair=K|C", "--pair takes its values in separate words");
	REFUSED(ours, "--pair|K", "missing value for --pair; it takes KEY CERT");
	REFUSED(ours, "x|--title", "missing value for --title; it takes TITLE");
	REFUSED(ours, "--title=", "--title: the value is empty; give a TITLE");
	REFUSED(ours, "-aet|x", "unknown option -aet; here it is --title");
}

static void plus_is_an_operand(void)
{
	CHECK(ours("+tls"));
	CHECK_INT(p.n, 1);
}

static void their_forms(void)
{
	CHECK(theirs("-aet|A|host|-5|+1|-|--verbose|+tls|k.pem|c.pem|+x="));
	CHECK_STR(state.title, "A");
	CHECK(state.verbose);
	CHECK_INT(state.mode, 2);
	CHECK_STR(state.tls.cert, "c.pem");
	CHECK_INT(p.n, 4);
	CHECK(theirs("--aetitle|-v"));
	CHECK_STR(state.title, "-v");
	CHECK(!state.verbose);
	CHECK(theirs("-to|-5"));
	CHECK_INT(state.number, -5);
	CHECK(theirs("-aet|--"));
	CHECK_STR(state.title, "--");
	CHECK(theirs("--arguments|-v|h"));
	CHECK(p.arguments);
	CHECK_STR(p.shown[1], "--verbose");
	CHECK_STR(p.shown[2], "h");
}

static void their_errors(void)
{
	REFUSED(theirs, "--aetitle=A", "Unknown option --aetitle=A; did you mean --aetitle?");
	REFUSED(theirs, "--aetitl|A", "Unknown option --aetitl; did you mean --aetitle?");
	REFUSED(theirs, "--", "Unknown option --");
	REFUSED(theirs, "+foo", "Unknown option +foo");
	REFUSED(theirs, "-.5", "Unknown option -.5");
	REFUSED(theirs, "--ca|x", "Unknown option --ca; here it is +cf");
	REFUSED(theirs, "h|-aet", "Missing value for option --aetitle; it takes TITLE");
	REFUSED(theirs, "+tls|k", "Missing value for option --enable-tls; it takes KEY CERT");
	REFUSED(theirs, "-to|--", "-to: \"--\" is not a number from -5 to 99");
	REFUSED(theirs, "--log-config|f", "--log-config: there is no log4cplus here");
	REFUSED(theirs, "--help|-foo", "Unknown option -foo");
}

static void last_wins(void)
{
	CHECK(ours("--one|--two|--one|--title=a|--title=b"));
	CHECK_INT(state.mode, 1);
	CHECK_STR(state.title, "b");
	CHECK(theirs("+x=|+x1"));
	CHECK_INT(state.mode, 1);
}

static void nothing_set_before_all_is_read(void)
{
	CHECK(!ours("--title|A|--unknown"));
	CHECK(state.title == NULL);
	CHECK(!theirs("-aet|A|-unknown"));
	CHECK(state.title == NULL);
	CHECK(ours("--title|A|--help|--number=nonsense"));
	CHECK(p.help && state.title == NULL);
	CHECK(theirs("-to|nonsense|--version"));
	CHECK(p.version);
}

static void custom_errors_keep_their_kind(void)
{
	CHECK(!ours("--pair|bad|x"));
	CHECK_INT(err.kind, ERR_INPUT);
	CHECK_INT(err.code, 7);
	CHECK_STR(err.text, "--pair: no such key");
}

static void lists_grow(void)
{
	CHECK(ours("--ca|1|--ca=2|--map|3|4|--ca|5|--ca|6|--ca|7|--ca|8|--ca|9"));
	REQUIRE(state.list.n == 9);
	for (int i = 0; i < 9; i++)
		CHECK_INT(state.list.v[i][0], '1' + i);
	REFUSED(ours, "--ca=", "--ca: the value is empty; give a FILE");
}

static void numbers(void)
{
	static const char *const bad[] = { "", "x", "5x", " 5", "5 ", "--5", "+-5", "-", "+",
		"0x10", "100", "-6", "99999999999999999999999999", "1e3", "5.0" };
	CHECK(ours("--number=99") && state.number == 99);
	CHECK(ours("--number=+7") && state.number == 7);
	CHECK(ours("--number=007") && state.number == 7);
	CHECK(ours("--wide=2147483647") && state.wide == INT_MAX);
	CHECK(!ours("--wide=2147483648"));
	CHECK(!ours("--wide=-1"));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char line[80];
		snprintf(line, sizeof line, "--number=%s", bad[i]);
		if (ours(line))
			TEST_NOTE("\"%s\" was taken", bad[i]);
		CHECK_INT(state.number, 0);
	}
	REFUSED(ours, "--number|100", "--number: \"100\" is not a number from -5 to 99");
}

static void units(void)
{
	CHECK(ours("--size=4096") && state.size == 4096);
	CHECK(ours("--size=64k") && state.size == 65536);
	CHECK(ours("--size=1G") && state.size == 1 << 30);
	CHECK(ours("--time=30") && state.time == 30000);
	CHECK(ours("--time=500ms") && state.time == 500);
	CHECK(ours("--time=2h") && state.time == 7200000);
	CHECK(ours("--time=7d") && state.time == 604800000);
	CHECK(ours("--when=@86400") && state.when == 86400);
	CHECK(!ours("--size=1025m") && !ours("--size=2g"));
	CHECK(!ours("--size=4kb") && !ours("--size=k") && !ours("--size=-1") &&
		!ours("--size=1.5k"));
	CHECK(!ours("--size=18446744073709551615g"));
	CHECK(!ours("--time=5min") && !ours("--time=") && !ours("--time=1H"));
	CHECK(!ours("--time=999999999999999999d"));
	CHECK(!ours("--when=yesterday"));
	CHECK_STR(err.text,
		"--when: \"yesterday\" is no time; write 2026-11-22, "
		"2026-11-22T13:40:00Z (UTC) or @EPOCH");
}

static void check_words(const char *text, const char *want)
{
	char out[200], got[300] = "";
	struct span s = span_str(text);
	while (words_next(&s, out))
		snprintf(got + strlen(got), sizeof got - strlen(got), "<%s>", out);
	CHECK_STR(got, want);
}

/* The texts were given to storescu --arguments, and this is what it showed. */
static void quotations(void)
{
	check_words("-v \"two words\" 'single q' plain\n", "<-v><two words><single q><plain>");
	check_words("ab\"cd ef\"gh x'y z'w\n", "<abcd ef><gh><xy z><w>");
	check_words("back\\slash \"esc \\\" q", "<back\\slash><esc \\><q>");
	check_words("-v \"a b", "<-v><a b>");
	check_words("x\ty\r\nz \"a\"\"b\" c\"d", "<x><y><z><a><b><cd>");
	check_words("'a' 'b\"c' \"d'e\" f", "<a><b\"c><d'e><f>");
	check_words("'' x\"\" \"\" y", "<><x><><y>");
	check_words(" \n\t ", "");
	check_words("", "");
	check_words("a \"", "<a>");
	check_words("a ''", "<a><>");
	check_words("\"multi\nline\" @x", "<multi\nline><@x>");
}

static void command_files(void)
{
	char name[] = "/tmp/cli-words-XXXXXX", line[100];
	const int fd = mkstemp(name);
	REQUIRE(fd >= 0);
	REQUIRE(write(fd, "-aet 'A B' @x -v\n+cf c1", 23) == 23);
	snprintf(line, sizeof line, "h|@%s|1|@|@%s", name, name);
	CHECK(theirs(line));
	CHECK_STR(state.title, "A B");
	CHECK(state.verbose);
	CHECK_INT(state.list.n, 2);
	REQUIRE(p.n == 5);
	CHECK_STR(p.operands[1], "@x");
	CHECK_STR(p.operands[3], "@");

	snprintf(line, sizeof line, "@%s", name);
	CHECK(ours(line) && p.n == 1); /* an operand, in our syntax */
	REQUIRE(write(fd, "\0", 1) == 1);
	CHECK(!theirs(line));
	CHECK(strstr(err.text, "is no command file: it has NUL bytes") != NULL);
	REQUIRE(ftruncate(fd, 0) == 0);
	CHECK(theirs(line) && p.n == 0);
	REQUIRE(pwrite(fd, "1 2 3", 5, 0) == 5); /* as many words as fit, the last not ended */
	CHECK(theirs(line) && p.n == 3);
	REQUIRE(ftruncate(fd, (1 << 20) + 1) == 0);
	CHECK(!theirs(line));
	close(fd);
	unlink(name);
	CHECK(!theirs(line));
	CHECK_INT(err.kind, ERR_INPUT);
	CHECK(!theirs("@/"));
}

static const char *nearest(const char *word)
{
	static struct near near;
	near_start(&near, word, strlen(word));
	near_try_all(&near, "send receive echo ciphers --title --verbose -v certs");
	return near.text;
}

static void suggestions(void)
{
	CHECK_STR(nearest("sned"), "send");
	CHECK_STR(nearest("snd"), "send");
	CHECK_STR(nearest("recieve"), "receive");
	CHECK_STR(nearest("ciper"), "ciphers");
	CHECK_STR(nearest("cert"), "certs");
	CHECK_STR(nearest("-title"), "--title");
	CHECK_STR(nearest("--verb"), "--verbose");
	CHECK_STR(nearest("x"), "");
	CHECK_STR(nearest(""), "");
	CHECK_STR(nearest("-x"), "");
	CHECK_STR(nearest("banana"), "");
	CHECK_STR(nearest("a-word-that-is-longer-than-any-word-that-we-know"), "");
}

int main(void)
{
	test("our options take values after '=' or a blank, in any order", our_forms);
	test("our errors name the option, the rule and the nearest word", our_errors);
	test("in our syntax a plus begins no option", plus_is_an_operand);
	test("DCMTK's options are exact, and signs with digits are operands", their_forms);
	test("DCMTK's syntax refuses what storescu refuses", their_errors);
	test("the last of several wins", last_wins);
	test("no setter runs before every word was understood", nothing_set_before_all_is_read);
	test("what a setter reports keeps its kind and gets the option's name",
		custom_errors_keep_their_kind);
	test("lists keep every value in order", lists_grow);
	test("integers are strict and within their range", numbers);
	test("sizes, durations and moments know their units and limits", units);
	test("quotations in command files are DCMTK's", quotations);
	test("command files expand once, and unreadable ones are refused", command_files);
	test("a slip is recognised, and a different word is not", suggestions);
	opt_free(&memory);
	return test_end();
}
