/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Release of JPA's database connections while an approval is pending.
 */
@NullMarked
package io.airlockapp.gateway.jpa;

import org.jspecify.annotations.NullMarked;
