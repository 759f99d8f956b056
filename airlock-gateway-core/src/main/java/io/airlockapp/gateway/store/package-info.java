/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Versioned entries that survive a restart and that several instances of an application
 * share: pairings, and the tokens of a login.
 */
@NullMarked
package io.airlockapp.gateway.store;

import org.jspecify.annotations.NullMarked;
