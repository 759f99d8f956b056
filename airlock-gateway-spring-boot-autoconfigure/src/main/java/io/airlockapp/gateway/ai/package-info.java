/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Support for Spring AI: verification that tools are guarded, and messages for models
 * about tools that did not run.
 */
@NullMarked
package io.airlockapp.gateway.ai;

import org.jspecify.annotations.NullMarked;
