/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.compatibility;

import org.jspecify.annotations.Nullable;

/**
 * Reference of a class file to a class, method or field.
 *
 * @param owner the internal name of the class
 * @param name the name of the method or field, or {@code null} for the class itself
 * @param descriptor the type of the method or field
 * @param ofInterface whether the owner is taken for an interface, or {@code null} where
 * that doesn't matter
 */
record Reference(String owner, @Nullable String name, @Nullable String descriptor, @Nullable Boolean ofInterface) {

	static Reference to(String owner) {
		return new Reference(owner, null, null, null);
	}

	@Override
	public String toString() {
		return (this.name != null) ? "%s.%s%s".formatted(this.owner, this.name, this.descriptor) : this.owner;
	}

}
