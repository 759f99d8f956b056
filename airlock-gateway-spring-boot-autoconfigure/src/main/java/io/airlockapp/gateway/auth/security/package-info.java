/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Access tokens of Spring Security's OAuth 2.0 client, either of the authenticated user
 * or of the application.
 */
@NullMarked
package io.airlockapp.gateway.auth.security;

import org.jspecify.annotations.NullMarked;
