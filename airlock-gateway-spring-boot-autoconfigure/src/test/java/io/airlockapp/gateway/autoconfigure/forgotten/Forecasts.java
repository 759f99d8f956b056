/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure.forgotten;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Service;

/**
 * Guarded classes that are beans or would be ones.
 */
public final class Forecasts {

	private Forecasts() {
	}

	/**
	 * Interface of a bean.
	 */
	public interface Api {

		@RequiresAirlockApproval
		String forecast();

	}

	/**
	 * Superclass of a bean.
	 */
	@RequiresAirlockApproval
	public abstract static class Base implements Api {

	}

	/**
	 * Class of a bean.
	 */
	public static class Implementation extends Base {

		@Override
		public String forecast() {
			return "rain";
		}

	}

	/**
	 * Component that is no bean in this profile.
	 */
	@Service
	@Profile("other")
	public static class Component {

		@RequiresAirlockApproval
		public String forecast() {
			return "rain";
		}

	}

	/**
	 * Class that only mentions the annotation.
	 */
	public static class Mention {

		private final RequiresAirlockApproval annotation = Base.class.getAnnotation(RequiresAirlockApproval.class);

		/**
		 * Return the label.
		 * @return the label
		 */
		public String label() {
			return this.annotation.value();
		}

	}

}
