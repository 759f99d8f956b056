/**
 * Who this application and its user are to the gateway.
 */
@NullMarked
package io.airlockapp.gateway.auth;

import org.jspecify.annotations.NullMarked;
