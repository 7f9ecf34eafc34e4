/* SPDX-License-Identifier: MIT */
/* dcmsec --install DIR: a symbolic link to this binary for each applet and each DCMTK name. */
#ifndef DCMSEC_CLI_INSTALL_H
#define DCMSEC_CLI_INSTALL_H

#include "cli/applet.h"

/* Makes the links that are not there yet, and says on stdout what it did. The target is the binary's
 * absolute path, or its bare name when DIR is the binary's own folder, so that such a folder can be
 * moved. What exists is never touched: a link to this binary is right, anything else is reported and
 * makes the result EXIT_REFUSED. No link is made that would hide a standard utility (echo). program
 * is argv[0], for hosts without /proc. */
int install_links(const struct applet *const *applets, const char *dir, const char *program);

#endif
