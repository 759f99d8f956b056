/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Do-not-disturb policies: selection of those that apply, and their decisions about
 * invocations. The gateway transmits them unsigned, so the operator configures their
 * effect.
 */
@NullMarked
package io.airlockapp.gateway.policy;

import org.jspecify.annotations.NullMarked;
