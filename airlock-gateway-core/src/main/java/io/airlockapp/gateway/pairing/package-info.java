/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Pairs an application with its approvers.
 */
@NullMarked
package io.airlockapp.gateway.pairing;

import org.jspecify.annotations.NullMarked;
