package io.airlockapp.gateway.approval.verification;

import org.springframework.aop.TargetSource;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.target.SingletonTargetSource;
import org.springframework.util.ClassUtils;

/**
 * {@link TargetSource} of an object with locked methods. It names the user's class, since
 * libraries look for the annotated methods of a bean in the class of its proxy's target.
 */
@SuppressWarnings("serial")
final class LockedTargetSource extends SingletonTargetSource {

	private LockedTargetSource(Object target) {
		super(target);
	}

	/**
	 * Replace the target source of a proxy whose target has locked methods.
	 */
	static void setOn(Advised proxy) {
		if (proxy.getTargetSource().getClass() == SingletonTargetSource.class) {
			Object target = ((SingletonTargetSource) proxy.getTargetSource()).getTarget();
			if (!(target instanceof Advised) && LockedClasses.isLocked(target)) {
				proxy.setTargetSource(new LockedTargetSource(target));
			}
		}
	}

	@Override
	public Class<?> getTargetClass() {
		return ClassUtils.getUserClass(getTarget());
	}

}
