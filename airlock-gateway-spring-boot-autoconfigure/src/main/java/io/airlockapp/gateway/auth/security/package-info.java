/**
 * Access tokens of Spring Security's OAuth 2.0 client: of the logged-in user, or of the
 * application.
 */
@NullMarked
package io.airlockapp.gateway.auth.security;

import org.jspecify.annotations.NullMarked;
