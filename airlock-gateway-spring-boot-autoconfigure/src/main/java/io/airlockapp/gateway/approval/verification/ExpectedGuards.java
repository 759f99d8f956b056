package io.airlockapp.gateway.approval.verification;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds the beans in creation that are expected to be guarded.
 */
final class ExpectedGuards {

	private final Set<BeanInTheMaking> expected = ConcurrentHashMap.newKeySet();

	void set(String beanName, boolean isExpected) {
		if (!isExpected && this.expected.isEmpty()) {
			return;
		}
		BeanInTheMaking bean = BeanInTheMaking.named(beanName);
		if (isExpected) {
			this.expected.add(bean);
		}
		else {
			// One may be left of a bean of this name that could not be made
			this.expected.remove(bean);
		}
	}

	/**
	 * Return whether a guard is expected, for the last time.
	 * @param beanName the name of a bean that is made in this thread
	 */
	boolean take(String beanName) {
		return !this.expected.isEmpty() && this.expected.remove(BeanInTheMaking.named(beanName));
	}

	private record BeanInTheMaking(Thread maker, String name) {

		private static BeanInTheMaking named(String name) {
			return new BeanInTheMaking(Thread.currentThread(), name);
		}

	}

}
