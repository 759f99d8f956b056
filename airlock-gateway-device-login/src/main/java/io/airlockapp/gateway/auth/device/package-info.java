/**
 * Signing in with a code that a person enters on another device, and keeping signed in.
 * Needs {@code com.nimbusds:oauth2-oidc-sdk}.
 */
@NullMarked
package io.airlockapp.gateway.auth.device;

import org.jspecify.annotations.NullMarked;
