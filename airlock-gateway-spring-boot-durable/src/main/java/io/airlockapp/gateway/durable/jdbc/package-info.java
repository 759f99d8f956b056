/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Storage of durable approvals in a database.
 */
@NullMarked
package io.airlockapp.gateway.durable.jdbc;

import org.jspecify.annotations.NullMarked;
