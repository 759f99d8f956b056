/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Tables in the application's database, which several instances can share.
 */
@NullMarked
package io.airlockapp.gateway.jdbc;

import org.jspecify.annotations.NullMarked;
