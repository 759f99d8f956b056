/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Helpers that are independent of approvals and shared by the other packages.
 */
@NullMarked
package io.airlockapp.gateway.support;

import org.jspecify.annotations.NullMarked;
