/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure.inherited;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.autoconfigure.shared.NeedsApproval;
import io.airlockapp.gateway.autoconfigure.shared.Transfer;

/**
 * Classes that require approval, and whose class files do not contain the annotation.
 */
public final class Payers {

	private Payers() {
	}

	/**
	 * Interface of a bean, and of a class of which none is.
	 */
	public interface Payer {

		@RequiresAirlockApproval
		void pay(String order);

	}

	/**
	 * Class of a bean.
	 */
	public static class OfBean implements Payer, Transfer {

		@Override
		public void pay(String order) {
		}

		@Override
		public void transfer(String order) {
		}

		/**
		 * Refund an order.
		 * @param order the order
		 */
		@NeedsApproval
		public void refund(String order) {
		}

	}

	/**
	 * Class of no bean.
	 */
	public static class OfNone implements Payer {

		@Override
		public void pay(String order) {
		}

	}

	/**
	 * Class of no bean with an interface of a library.
	 */
	public static class OfLibrary implements Transfer {

		@Override
		public void transfer(String order) {
		}

	}

	/**
	 * Class of no bean with the annotation of a library.
	 */
	public static class Composed {

		/**
		 * Pay an order.
		 * @param order the order
		 */
		@NeedsApproval
		public void pay(String order) {
		}

	}

	/**
	 * Class that only calls a guarded method.
	 */
	public static class Caller {

		private final Payer payer = new OfBean();

		/**
		 * Pay an order.
		 * @param order the order
		 */
		public void call(String order) {
			this.payer.pay(order);
		}

	}

}
