/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Identity of this application and its user at the gateway.
 */
@NullMarked
package io.airlockapp.gateway.auth;

import org.jspecify.annotations.NullMarked;
