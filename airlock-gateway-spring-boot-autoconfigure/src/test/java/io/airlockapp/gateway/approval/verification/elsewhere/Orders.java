/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification.elsewhere;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

/**
 * A type that only its own package sees, and the types that take it.
 */
public final class Orders {

	private Orders() {
	}

	public static Object create() {
		return new Order("o-1");
	}

	record Order(String id) {
	}

	public interface Operation<T> {

		String run(T value);

	}

	public static class Desk implements Operation<Order> {

		@Override
		@RequiresAirlockApproval
		public String run(Order order) {
			return order.id();
		}

	}

}
