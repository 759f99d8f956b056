/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Support for Spring AI: messages for models about the durable calls of tools.
 */
@NullMarked
package io.airlockapp.gateway.durable.ai;

import org.jspecify.annotations.NullMarked;
