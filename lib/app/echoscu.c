/* SPDX-License-Identifier: MIT */
#include "app/echoscu.h"

#include "dicom/uid.h"

#define AT(field) offsetof(struct echoscu, field)
#define JPEG "1.2.840.10008.1.2.4." /* PS3.6 Table A-1 */

static const char *const syntaxes[ECHOSCU_SYNTAXES] = { UID_IMPLICIT_LE, UID_EXPLICIT_LE,
	UID_EXPLICIT_BE, JPEG "50", JPEG "51", JPEG "52", JPEG "53", JPEG "54", JPEG "55",
	JPEG "56", JPEG "57", JPEG "58", JPEG "59", JPEG "60", JPEG "61", JPEG "62", JPEG "63",
	JPEG "64", JPEG "65", JPEG "66", JPEG "70", "1.2.840.10008.1.2.5", UID_DEFLATED_LE,
	JPEG "80", JPEG "81", JPEG "90", JPEG "91", JPEG "92", JPEG "93", JPEG "100", JPEG "101",
	JPEG "102", JPEG "103", JPEG "104", JPEG "105", JPEG "106", JPEG "107", JPEG "108" };

const struct opt echoscu_rows[] = {
	{ NULL, "-pts --propose-ts", "N", opt_int, AT(syntaxes),
		"propose so many transfer syntaxes", .min = 1, .max = ECHOSCU_SYNTAXES },
	{ NULL, "-ppc --propose-pc", "N", opt_int, AT(contexts),
		"propose so many presentation contexts", .min = 1, .max = PDU_CONTEXTS },
	{ NULL, "--abort", NULL, opt_flag, AT(abort), "end with an abort" },
	{ .help = "not supported" },
	{ NULL, "+vc --verify-cert", "FILE", opt_refuse, 0,
		"not supported: dcmsec certs verify FILE does it" },
	{ NULL, "+rc --is-root-cert", "FILE", opt_refuse, 0,
		"not supported: dcmsec certs verify --ca FILE FILE tells it" },
	{ 0 },
};

const struct opt_rule echoscu_rules[] = {
	NODE_DCMTK_RULES("--enable-tls --anonymous-tls"),
	{ 0 },
};

unsigned echoscu_offers(const struct echoscu *o, struct pdu_offer *offers)
{
	for (int i = 0; i < o->contexts; i++)
		offers[i] = (struct pdu_offer){ UID_VERIFICATION, syntaxes, (unsigned)o->syntaxes };
	return (unsigned)o->contexts;
}
