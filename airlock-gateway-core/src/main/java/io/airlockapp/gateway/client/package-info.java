/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Wire protocol of the gateway: the endpoints as one interface, the message records, and
 * the errors. This package makes no decisions.
 */
@NullMarked
package io.airlockapp.gateway.client;

import org.jspecify.annotations.NullMarked;
