/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Integration with Hibernate: its connections are released while an approval is pending,
 * and Spring creates the listeners of entities.
 */
@NullMarked
package io.airlockapp.gateway.jpa;

import org.jspecify.annotations.NullMarked;
