/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * HTTP requests with a deadline, based on the JDK's client.
 */
@NullMarked
package io.airlockapp.gateway.client.http;

import org.jspecify.annotations.NullMarked;
