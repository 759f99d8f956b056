/**
 * Do-not-disturb policies: which of them count, and what they say about a call. They come
 * unsigned through the gateway, so what is done with them is up to the operator.
 */
@NullMarked
package io.airlockapp.gateway.policy;

import org.jspecify.annotations.NullMarked;
