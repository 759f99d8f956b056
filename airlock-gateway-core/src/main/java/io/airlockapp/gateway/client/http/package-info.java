/**
 * HTTP requests with a deadline over the JDK's client.
 */
@NullMarked
package io.airlockapp.gateway.client.http;

import org.jspecify.annotations.NullMarked;
