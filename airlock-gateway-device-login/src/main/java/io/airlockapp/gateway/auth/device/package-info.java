/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Sign-in with a code that a person enters on another device, and refresh of the
 * resulting tokens. Requires {@code com.nimbusds:oauth2-oidc-sdk}.
 */
@NullMarked
package io.airlockapp.gateway.auth.device;

import org.jspecify.annotations.NullMarked;
