/* SPDX-License-Identifier: MIT */
/* Dispatch only: which applets there are is the content of applets/, and how a command line becomes
 * a call is cli/applet's matter. */
#include "cli/applet.h"

#define APPLET(NAME) extern const struct applet applet_##NAME;
#include "applets.h"
#undef APPLET

int main(int argc, char **argv)
{
	static const struct applet *const applets[] = {
#define APPLET(NAME) &applet_##NAME,
#include "applets.h"
		NULL,
	};
	return applet_main(applets, argc, argv);
}
