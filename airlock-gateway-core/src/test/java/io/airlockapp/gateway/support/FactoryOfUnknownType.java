/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.FactoryBean;

/**
 * {@link FactoryBean} without a product, of which Spring does not know the type. Spring
 * creates it, with what is injected into it, when it searches for beans of any type.
 */
public abstract class FactoryOfUnknownType implements FactoryBean<Object> {

	@Override
	public @Nullable Object getObject() {
		return null;
	}

	@Override
	public @Nullable Class<?> getObjectType() {
		return null;
	}

}
