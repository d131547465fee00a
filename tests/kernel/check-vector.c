/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkasm.h"

const CheckTest check_vector_tests[] = { { NULL } };
