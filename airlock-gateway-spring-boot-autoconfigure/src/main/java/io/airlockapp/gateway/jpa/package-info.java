/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Integration with Hibernate: its connections are released while an approval is pending,
 * and guarded listeners of entities are created by Spring.
 */
@NullMarked
package io.airlockapp.gateway.jpa;

import org.jspecify.annotations.NullMarked;
